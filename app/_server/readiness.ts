import { databaseClient } from './supabase.ts';

const DEADLINE_MS = 3_000;
const KEPT_MS = 2_000;
let last: { at: number; answer: Promise<boolean> } | undefined;

/**
 * Whether the database answers through the API. Asks as nobody, for a table that nobody may read: the refusal is the
 * database's own, so it proves the whole way. Asked at most every 2 s, whoever knocks.
 */
export function databaseAnswers(): Promise<boolean> {
  const now = Date.now();
  if (!last || now - last.at > KEPT_MS) last = { at: now, answer: ask() };
  return last.answer;
}

async function ask(): Promise<boolean> {
  const { error } = await databaseClient().from('organizations').select('id').limit(1).abortSignal(AbortSignal.timeout(DEADLINE_MS));
  return !error || error.code === '42501';
}
