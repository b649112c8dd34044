'use client';
import { RotateCw, Unplug } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { Button, LinkButton } from './button.tsx';
import { EmptyState } from './empty-state.tsx';

/** A page that could not be made. What went wrong is in the log under the reference; nothing of it is shown. */
export function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const router = useRouter();
  const again = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <EmptyState
      icon={<Unplug />}
      heading
      title="This page could not be loaded"
      actions={
        <>
          <Button onClick={again}>
            <RotateCw aria-hidden="true" />
            Try again
          </Button>
          <LinkButton href="/overview" look="secondary">
            Overview
          </LinkButton>
        </>
      }
    >
      <p>Something on our side did not answer. Your data is safe, and the worker goes on without this page.</p>
      {error.digest ? (
        <p className="mt-3 text-sm text-ink-3">
          Reference <code className="font-mono">{error.digest}</code>
        </p>
      ) : null}
    </EmptyState>
  );
}
