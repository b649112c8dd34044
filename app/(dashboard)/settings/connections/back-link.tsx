import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';

export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="mb-2 -ml-1 inline-flex min-h-8 items-center gap-1.5 rounded-control px-1 text-sm font-medium text-ink-3 hover:text-ink">
      <ArrowLeft className="size-4" aria-hidden="true" />
      {children}
    </Link>
  );
}
