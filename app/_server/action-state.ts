/** What a server action answers. Types only: the browser imports this file. */
import type { AppErrorCode } from '#lib/errors.ts';

export type ActionFailure = {
  readonly ok: false;
  readonly code: AppErrorCode;
  /** For the person, complete: says what to do. */
  readonly sentence: string;
  /** A sentence per field, by the field's name. */
  readonly fieldErrors?: Readonly<Record<string, string>>;
  /** When trying again makes sense. */
  readonly retryAfterSeconds?: number;
};

export type ActionState<T> = { readonly ok: true; readonly data: T } | ActionFailure;

/** The form that `useActionState` and ActionForm take. */
export type FormAction<T> = (previous: ActionState<T> | null, given: FormData) => Promise<ActionState<T>>;
