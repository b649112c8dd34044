'use client';
import { type ReactNode, useState } from 'react';
import type { FormAction } from '#app/_server/action-state.ts';
import { ActionForm, SubmitButton } from './action-form.tsx';
import { Button, type ButtonLook, type ButtonSize } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Input } from './field.tsx';

type ConfirmTypedProps<T> = {
  trigger: ReactNode;
  look?: ButtonLook;
  size?: ButtonSize;
  title: string;
  /** What will happen, and what cannot be undone. */
  children: ReactNode;
  /** What the person types. Sent as `confirmation`: the action's schema checks it again. */
  word: string;
  /** The destructive button's label, a verb: "Purge the key". */
  verb: string;
  action: FormAction<T>;
  /** Hidden fields, e.g. `{ connectionId }`. */
  values: Readonly<Record<string, string>>;
  /** Further fields above the typed word, e.g. a Checkbox. */
  fields?: ReactNode;
};

/** For what cannot be undone: the button stays shut until the word has been typed. */
export function ConfirmTyped<T>({ trigger, look = 'danger', size, title, children, word, verb, action, values, fields }: ConfirmTypedProps<T>) {
  const [typed, setTyped] = useState('');
  return (
    <Dialog trigger={trigger} look={look} {...(size ? { size } : {})} title={title}>
      {(close) => (
        <ActionForm action={action} onDone={close}>
          <div className="text-ink-2">{children}</div>
          {Object.entries(values).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {fields}
          <Input
            name="confirmation"
            label={
              <>
                Type <strong className="font-mono font-semibold">{word}</strong> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="secondary" onClick={close}>
              Cancel
            </Button>
            <SubmitButton look="danger" disabled={typed !== word}>
              {verb}
            </SubmitButton>
          </div>
        </ActionForm>
      )}
    </Dialog>
  );
}
