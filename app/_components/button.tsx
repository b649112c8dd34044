import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './class-names.ts';

export type ButtonLook = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'md' | 'sm';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-control border font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0';
const LOOKS: Record<ButtonLook, string> = {
  primary: 'border-transparent bg-accent text-on-accent shadow-card hover:bg-accent-hover',
  secondary: 'border-line-strong/60 bg-surface text-ink shadow-card hover:bg-inset',
  ghost: 'border-transparent text-ink-2 hover:bg-inset hover:text-ink',
  danger: 'border-transparent bg-bad-strong text-on-bad shadow-card hover:brightness-110',
};
const SIZES: Record<ButtonSize, string> = { md: 'min-h-10 px-4 text-[0.9375rem]', sm: 'min-h-8 px-3 text-sm' };

export function buttonClass(look: ButtonLook = 'primary', size: ButtonSize = 'md', extra?: string): string {
  return cx(BASE, LOOKS[look], SIZES[size], extra);
}

type Shape = { look?: ButtonLook; size?: ButtonSize; children: ReactNode };

/** A button that does something here. `type` defaults to "button", so that none submits a form by accident. */
export function Button({ look, size, className, type = 'button', ...rest }: Shape & ComponentProps<'button'>) {
  return <button type={type} className={buttonClass(look, size, className)} {...rest} />;
}

/** A link that looks like a button: it goes somewhere. */
export function LinkButton({ look, size, className, ...rest }: Shape & ComponentProps<typeof Link>) {
  return <Link className={buttonClass(look, size, className)} {...rest} />;
}
