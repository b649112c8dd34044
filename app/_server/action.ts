/**
 * The wrapper of every server action of a signed-in person, always in the same order: who asks, how often, what may they
 * do, what did they send, do it, answer.
 */
import { refresh } from 'next/cache';
import type { z } from 'zod';
import type { Role } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import type { ActionState } from './action-state.ts';
import { answer, parseInput, requireAllowed } from './answer.ts';
import { consumeAll, type LimitName } from './rate-limit.ts';
import { currentSession, requireRole, type Session } from './session.ts';
import { currentVisit } from './visit.ts';

/** Which pair of counters, by user and by address: `key` for whatever touches a key. */
export type ActionLimit = 'mutation' | 'key' | 'export';

const COUNTERS: Record<ActionLimit, { user: LimitName; address: LimitName }> = {
  mutation: { user: 'mutationUser', address: 'mutationAddress' },
  key: { user: 'keyUser', address: 'keyAddress' },
  export: { user: 'exportUser', address: 'exportAddress' },
};

type ActionOptions = {
  limit: ActionLimit;
  /** Left out: every member. The database checks again. */
  roles?: readonly Role[];
};

/**
 * @param schema of the form's fields (all text) or of the object handed over.
 * @param verb gets the session and the parsed input; what it returns reaches the browser as `data`. It may redirect.
 * @returns an action for ActionForm, `useActionState` and direct calls: `await act(null, input)`.
 */
export function action<S extends z.ZodType, T>(schema: S, { limit, roles }: ActionOptions, verb: (ctx: Session, input: z.output<S>) => Promise<T>) {
  return async (_previous: ActionState<T> | null, given: FormData | z.input<S>): Promise<ActionState<T>> => {
    const visit = await currentVisit();
    return answer(visit.requestId, async () => {
      const { user, address } = COUNTERS[limit];
      requireAllowed(await consumeAll([[address, visit.bucket]]));
      const ctx = await currentSession();
      if (!ctx) throw new AppError('unauthenticated');
      requireAllowed(await consumeAll([[user, ctx.userId]]));
      if (roles) requireRole(ctx, roles);
      const data = await verb(ctx, parseInput(schema, given));
      refresh();
      return data;
    });
  };
}
