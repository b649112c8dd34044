'use client';
import { RotateCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Button } from './button.tsx';

/** Asks the server for the page again; what loaded stays where it is meanwhile. */
export function RetryButton({ children = 'Try again' }: { children?: React.ReactNode }) {
  const router = useRouter();
  const [pending, start] = useTransition();
  return (
    <Button look="secondary" size="sm" aria-disabled={pending || undefined} onClick={() => start(() => router.refresh())}>
      <RotateCw className={pending ? 'animate-spin' : undefined} aria-hidden="true" />
      {children}
    </Button>
  );
}
