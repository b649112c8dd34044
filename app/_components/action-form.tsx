'use client';
import { LoaderCircle } from 'lucide-react';
import { type ComponentProps, type ReactNode, startTransition, use, useActionState, useEffect, useRef } from 'react';
import type { ActionState, FormAction } from '#app/_server/action-state.ts';
import { Button } from './button.tsx';
import { Callout } from './callout.tsx';
import { cx } from './class-names.ts';
import { FormContext } from './form-context.ts';

type ActionFormProps<T> = {
  action: FormAction<T>;
  children: ReactNode;
  className?: string;
  /** Called once with the verb's answer: close a dialog, seal the next thing. */
  onDone?: (data: T) => void;
  /** Shown when the action succeeded. Left out, nothing is said: the page shows the change itself. */
  done?: ReactNode;
};

/**
 * A form for a server action: shows the sentence of a failure above the fields and each field's error beneath it, keeps
 * what was typed, says when it is under way. Works without script too, since `action` is a plain form action.
 */
export function ActionForm<T>({ action, children, className, onDone, done }: ActionFormProps<T>) {
  const [state, submit, pending] = useActionState<ActionState<T> | null, FormData>(action, null);
  const problem = useRef<HTMLDivElement>(null);
  const told = useRef<ActionState<T> | null>(null);
  useEffect(() => {
    if (!state || told.current === state) return;
    told.current = state;
    if (state.ok) onDone?.(state.data);
    else problem.current?.focus();
  }, [state, onDone]);

  return (
    <form
      action={submit}
      onSubmit={(event) => {
        // React empties a form after its action; dispatched by hand, what was typed stays when it was refused.
        event.preventDefault();
        if (pending) return;
        const given = new FormData(event.currentTarget, event.nativeEvent.submitter);
        startTransition(() => submit(given));
      }}
      aria-busy={pending}
      className={cx('flex flex-col gap-4', className)}
    >
      {state && !state.ok ? (
        <div ref={problem} tabIndex={-1} className="rounded-control outline-none">
          <Callout tone="bad" live="alert">
            {state.sentence}
            
          </Callout>
        </div>
      ) : null}
      <FormContext value={{ fieldErrors: state && !state.ok ? (state.fieldErrors ?? {}) : {}, pending }}>{children}</FormContext>
      <div role="status" className={state?.ok && done ? undefined : 'sr-only'}>
        {state?.ok && done ? <Callout tone="good">{done}</Callout> : null}
      </div>
    </form>
  );
}

/** The form's button: busy while the action runs. `busy` is its label meanwhile. */
export function SubmitButton({ children, busy, disabled, ...rest }: ComponentProps<typeof Button> & { busy?: string }) {
  const pending = use(FormContext)?.pending ?? false;
  return (
    <Button type="submit" aria-disabled={pending || undefined} disabled={disabled} {...rest}>
      {pending ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : null}
      {pending && busy ? busy : children}
    </Button>
  );
}
