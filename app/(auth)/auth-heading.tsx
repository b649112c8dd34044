import type { ReactNode } from 'react';

export function AuthHeading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="mb-6">
      <h1 className="text-3xl leading-tight font-semibold">{title}</h1>
      {children ? <p className="mt-2 text-ink-2">{children}</p> : null}
    </header>
  );
}

/** Links below a form, to the neighbouring pages. */
export function AuthLinks({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-col gap-2 text-sm text-ink-2 [&_a]:font-medium [&_a]:text-accent-ink [&_a]:underline [&_a]:underline-offset-4">{children}</div>;
}
