import type { ReactNode } from 'react';

type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  /** The page's own heading, when nothing else on it is one. */
  heading?: boolean;
  /** What will be here, and what makes it appear. */
  children?: ReactNode;
  actions?: ReactNode;
};

export function EmptyState({ icon, title, heading, children, actions }: EmptyStateProps) {
  const Title = heading ? 'h1' : 'p';
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      {icon ? (
        <span className="mb-4 flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent-ink [&_svg]:size-6" aria-hidden="true">
          {icon}
        </span>
      ) : null}
      <Title className="font-display text-lg font-semibold">{title}</Title>
      {children ? <div className="mt-1 max-w-prose text-ink-2">{children}</div> : null}
      {actions ? <div className="mt-5 flex flex-wrap justify-center gap-3">{actions}</div> : null}
    </div>
  );
}
