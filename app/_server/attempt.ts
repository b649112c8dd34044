/** A part of a page that may fail without taking the others along: the page shows what could be read. */
import { unstable_rethrow } from 'next/navigation';
import { toPublic } from '#lib/errors.ts';
import { log } from './log.ts';
import { currentVisit } from './visit.ts';

export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: PartFailure };

export interface PartFailure {
  /** For the person, complete. */
  readonly sentence: string;
}

/** @param what names the part in the log. A missing session, a redirect and a page that is not there pass through. */
export async function attempt<T>(what: string, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    unstable_rethrow(error);
    const { requestId } = await currentVisit();
    const { sentence, code } = toPublic(error, requestId);
    // Not this part's trouble but the visit's: the whole page says it.
    if (code === 'unauthenticated' || code === 'not_found') throw error;
    log().error({ err: error, requestId, part: what }, 'part of a page failed');
    return { ok: false, failure: { sentence } };
  }
}
