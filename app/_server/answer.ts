/** The edge of every server action: what was thrown becomes what may be said. */
import { unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import { AppError, toPublic } from '#lib/errors.ts';
import type { ActionFailure, ActionState } from './action-state.ts';
import { log } from './log.ts';
import type { Decision } from './rate-limit.ts';

/** Runs the work; an expected refusal keeps its sentence, a surprise is logged and keeps only a reference. */
export async function answer<T>(requestId: string, work: () => Promise<T>): Promise<ActionState<T>> {
  try {
    return { ok: true, data: await work() };
  } catch (error) {
    // Redirects and notFound travel as errors; they are Next's, not ours.
    unstable_rethrow(error);
    return failure(error, requestId);
  }
}

function failure(error: unknown, requestId: string): ActionFailure {
  const { code, sentence, fields, retryAfterSeconds, reference } = toPublic(error, requestId);
  if (reference !== null) log().error({ err: error, requestId }, 'action failed');
  return {
    ok: false,
    code,
    sentence: retryAfterSeconds === null ? sentence : `${sentence} You can try again in ${inWords(retryAfterSeconds)}.`,
    ...(Object.keys(fields).length > 0 ? { fieldErrors: fields } : {}),
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  };
}

/** `40 seconds`, `3 minutes` (rounded up, so that waiting that long is enough). */
export function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** @throws AppError `invalid_input` with a sentence per field. */
export function parseInput<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const result = schema.safeParse(given instanceof FormData ? fromForm(given) : given);
  if (result.success) return result.data;
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues) fields[issue.path.join('.')] ??= issue.message;
  throw new AppError('invalid_input', { fields });
}

/** Text fields only; one that occurs twice becomes a list. React's own `$ACTION` fields are left out. */
export function fromForm(form: FormData): Record<string, string | string[]> {
  const names = new Set([...form.keys()].filter((name) => !name.startsWith('$ACTION')));
  return Object.fromEntries(
    [...names].map((name) => {
      const texts = form.getAll(name).filter((value) => typeof value === 'string');
      return [name, texts.length === 1 ? (texts[0] ?? '') : texts];
    }),
  );
}

/** @throws AppError `rate_limited` or `limiter_unavailable` */
export function requireAllowed(decision: Decision): void {
  if (decision.allowed) return;
  throw new AppError(decision.reason === 'too_many' ? 'rate_limited' : 'limiter_unavailable', { retryAfterSeconds: decision.retryAfterSeconds });
}
