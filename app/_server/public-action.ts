/** The wrapper of server actions that need no session: signing in and up, links, the theme. */
import type { z } from 'zod';
import type { ActionState } from './action-state.ts';
import { answer, parseInput, requireAllowed } from './answer.ts';
import { consume, type LimitName } from './rate-limit.ts';
import { currentVisit, type Visit } from './visit.ts';

/** @param limit a counter by address; counters by mail are the verb's, once it knows the mail. */
export function publicAction<S extends z.ZodType, T>(schema: S, limit: LimitName, verb: (visit: Visit, input: z.output<S>) => Promise<T>) {
  return async (_previous: ActionState<T> | null, given: FormData): Promise<ActionState<T>> => {
    const visit = await currentVisit();
    return answer(visit.requestId, async () => {
      requireAllowed(await consume(limit, visit.bucket));
      return verb(visit, parseInput(schema, given));
    });
  };
}
