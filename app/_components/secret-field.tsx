'use client';
import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, type ReactNode, type Ref, useId, useState } from 'react';
import { cx } from './class-names.ts';

type SecretFieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with it, and what to do. */
  error?: string | null;
  /** Said when it looks right; takes the place of the hint. */
  note?: ReactNode;
  ref?: Ref<HTMLInputElement>;
} & Omit<ComponentProps<'input'>, 'name' | 'type' | 'ref' | 'value' | 'defaultValue'>;

/**
 * For a secret that must not be sent as it is. It has no name, so that no form carries it, and it is a text field drawn
 * as dots: a password field would be filled with this site's password and offered to the browser's store of passwords.
 */
export function SecretField({ label, hint, error, note, ref, className, ...rest }: SecretFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const below = error ? 'error' : note ? 'note' : hint ? 'hint' : null;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          ref={ref}
          id={id}
          type="text"
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="none"
          spellCheck={false}
          data-1p-ignore=""
          data-bwignore=""
          data-lpignore="true"
          data-form-type="other"
          aria-invalid={error ? true : undefined}
          aria-describedby={below ? `${id}-${below}` : undefined}
          className={cx(
            'min-h-11 w-full rounded-control border border-line-strong bg-surface pr-12 pl-3 font-mono text-[0.9375rem] text-ink placeholder:font-sans placeholder:text-ink-3 aria-invalid:border-bad disabled:bg-inset disabled:text-ink-3 max-sm:text-base',
            shown ? undefined : '[-webkit-text-security:disc]',
            className,
          )}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label="Show what was pasted"
          disabled={rest.disabled}
          onClick={() => setShown((now) => !now)}
          className="absolute inset-y-1 right-1 flex w-9 items-center justify-center rounded-control text-ink-3 hover:bg-inset hover:text-ink disabled:opacity-60 [&_svg]:size-4"
        >
          {shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
        </button>
      </div>
      {/* One line is always there, so that a sentence that comes or goes moves nothing. */}
      <div className="min-h-11 text-sm" aria-live="polite">
        {error ? (
          <p id={`${id}-error`} className="font-medium text-bad">
            {error}
          </p>
        ) : note ? (
          <div id={`${id}-note`}>{note}</div>
        ) : hint ? (
          <p id={`${id}-hint`} className="text-ink-3">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}
