'use client';
import { type ComponentProps, type ReactNode, use, useId } from 'react';
import { cx } from './class-names.ts';
import { FormContext } from './form-context.ts';

type FieldProps = {
  /** The name in the action's schema; errors for it appear here by themselves inside an ActionForm. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** Overrides the action's error. */
  error?: string;
};

type Aria = { id: string; name: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

/** Label, control, hint and error, tied together for assistive technology. Use Input, Textarea or Select. */
function Field({ name, label, hint, error, children }: FieldProps & { children: (aria: Aria) => ReactNode }) {
  const id = useId();
  const shown = error ?? use(FormContext)?.fieldErrors[name];
  const describedBy = [hint ? `${id}-hint` : '', shown ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, name, 'aria-describedby': describedBy || undefined, 'aria-invalid': shown ? true : undefined })}
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-ink-3">
          {hint}
        </p>
      ) : null}
      {shown ? (
        <p id={`${id}-error`} className="text-sm font-medium text-bad">
          {shown}
        </p>
      ) : null}
    </div>
  );
}

const CONTROL =
  'w-full rounded-control border border-line-strong bg-surface px-3 text-[0.9375rem] text-ink placeholder:text-ink-3 aria-invalid:border-bad disabled:bg-inset disabled:text-ink-3 max-sm:text-base';

export function Input({ name, label, hint, error, className, ...rest }: FieldProps & Omit<ComponentProps<'input'>, 'name'>) {
  return (
    <Field name={name} label={label} hint={hint} {...(error ? { error } : {})}>
      {(aria) => <input className={cx(CONTROL, 'min-h-10', className)} {...rest} {...aria} />}
    </Field>
  );
}

export function Textarea({ name, label, hint, error, className, ...rest }: FieldProps & Omit<ComponentProps<'textarea'>, 'name'>) {
  return (
    <Field name={name} label={label} hint={hint} {...(error ? { error } : {})}>
      {(aria) => <textarea rows={3} className={cx(CONTROL, 'py-2', className)} {...rest} {...aria} />}
    </Field>
  );
}

export function Select({ name, label, hint, error, className, ...rest }: FieldProps & Omit<ComponentProps<'select'>, 'name'>) {
  return (
    <Field name={name} label={label} hint={hint} {...(error ? { error } : {})}>
      {(aria) => <select className={cx(CONTROL, 'min-h-10', className)} {...rest} {...aria} />}
    </Field>
  );
}

export function Checkbox({ name, label, hint, ...rest }: Omit<FieldProps, 'error'> & Omit<ComponentProps<'input'>, 'name' | 'type'>) {
  const id = useId();
  const shown = use(FormContext)?.fieldErrors[name];
  return (
    <div className="flex items-start gap-3">
      <input type="checkbox" id={id} name={name} aria-describedby={hint ? `${id}-hint` : undefined} className="mt-1 size-4 shrink-0 accent-(--accent)" {...rest} />
      <div>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-sm text-ink-3">
            {hint}
          </p>
        ) : null}
        {shown ? <p className="text-sm font-medium text-bad">{shown}</p> : null}
      </div>
    </div>
  );
}
