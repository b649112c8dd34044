/** Whether a connection is well, in one word and one sentence. Pure: the database's own judgements go in. */
import { codeWords } from '#lib/connections/sentences.ts';

export type HealthState = 'verifying' | 'not_connected' | 'needs_attention' | 'paused' | 'syncing' | 'behind' | 'struggling' | 'ok' | 'waiting';

export interface Health {
  state: HealthState;
  word: string;
  sentence: string;
}

export interface HealthFacts {
  status: 'verifying' | 'active' | 'needs_attention' | 'purged';
  status_code: string | null;
  paused: boolean;
  /** null until a first key was accepted. */
  key_set_at: string | null;
  last_success_at: string | null;
  failures: number;
  running: boolean;
  /** Set by the database when two intervals passed without a successful sync. */
  behind_since: string | null;
}

/** @param provider as people write it: `OpenAI` */
export function connectionHealth(facts: HealthFacts, provider: string): Health {
  const { status, status_code: code, paused, key_set_at: keySetAt } = facts;
  if (status === 'verifying') return { state: 'verifying', word: 'Checking the key', sentence: 'The pasted key is being checked. Nothing was read yet.' };
  if (status === 'needs_attention') return attention(code, keySetAt, provider);
  if (paused) return { state: 'paused', word: 'Paused', sentence: 'Nothing is read by schedule, and the key stays shut unless you press “Sync now”. The days in between are read once you resume.' };
  if (facts.running) return { state: 'syncing', word: 'Syncing', sentence: `Reading from ${provider} right now.` };
  if (facts.behind_since !== null) return { state: 'behind', word: 'Behind', sentence: `${code ? codeWords(code, provider).stored : 'No sync has succeeded for two intervals; the worker may be down.'} Behind since ${minute(facts.behind_since)}: what was spent after that is unknown, not zero.` };
  if (facts.failures > 0 && code) return { state: 'struggling', word: 'Trying again', sentence: codeWords(code, provider).stored };
  if (facts.last_success_at === null) return { state: 'waiting', word: 'First read', sentence: 'The key works. The first read is about to begin.' };
  return { state: 'ok', word: 'Healthy', sentence: `${provider} answers, and every planned sync has succeeded.` };
}

function attention(code: string | null, keySetAt: string | null, provider: string): Health {
  const words = codeWords(code ?? 'internal', provider);
  if (keySetAt === null) return { state: 'not_connected', word: 'Not connected', sentence: words.pasted };
  return { state: 'needs_attention', word: 'Needs attention', sentence: words.stored };
}

/** `2026-11-19 16:04 UTC` */
function minute(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
