'use client';
import './globals.css';

/** When even the frame cannot be made: no component of ours, since one of them may be the cause. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <head>
        <title>Keymeter could not load</title>
      </head>
      <body>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-6">
          <h1 className="text-2xl font-semibold">Keymeter could not load this page</h1>
          <p className="mt-2 text-ink-2">Something on our side failed. Your data is safe, and syncs and alerts go on without this page.</p>
          {error.digest ? <p className="mt-3 font-mono text-sm text-ink-3">Reference {error.digest}</p> : null}
          <p className="mt-5">
            {/* A full load and not a client navigation: the client is what failed. */}
            <a href="/overview" className="font-medium text-accent-ink underline underline-offset-4">
              Load the overview
            </a>
          </p>
        </main>
      </body>
    </html>
  );
}
