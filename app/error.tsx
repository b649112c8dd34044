'use client';
import { ErrorPage } from './_components/error-page.tsx';

export default function RootError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <ErrorPage {...props} />
    </main>
  );
}
