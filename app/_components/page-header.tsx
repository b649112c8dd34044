import type { ReactNode } from 'react';

type PageHeaderProps = {
  title: string;
  /** What this page answers, or as of when. */
  children?: ReactNode;
  actions?: ReactNode;
};

/** The page's only h1, on the house's graduated rule. */
export function PageHeader({ title, children, actions }: PageHeaderProps) {
  return (
    <header className="mb-6">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pb-4">
        <div className="min-w-0">
          <h1 className="text-2xl leading-tight font-semibold sm:text-[1.75rem]">{title}</h1>
          {children ? <div className="mt-1 max-w-prose text-ink-2">{children}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
      <div className="graduation h-2 opacity-70" aria-hidden="true" />
    </header>
  );
}
