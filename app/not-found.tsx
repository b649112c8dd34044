import type { Metadata } from 'next';
import { LinkButton } from './_components/button.tsx';
import { EmptyState } from './_components/empty-state.tsx';
import { LogoMark } from './_components/logo.tsx';

export const metadata: Metadata = { title: 'Nothing here' };

/** One answer for what does not exist and for what belongs to somebody else. */
export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center">
      <LogoMark className="size-10" />
      <EmptyState heading title="There is nothing here" actions={<LinkButton href="/overview">To the overview</LinkButton>}>
        The address is wrong, or what it showed is gone or not yours to see.
      </EmptyState>
    </main>
  );
}
