/** Where "sync now" stands. Empty once it is old news. */
import { codeWords } from '#lib/connections/sentences.ts';

const NEWS_MS = 120_000;
const LONG_WAIT_MS = 15_000;

interface SyncRequest {
  state: 'waiting' | 'running' | 'done' | 'failed';
  code: string | null;
  created_at: string;
  finished_at: string | null;
}

export function syncSentence({ state, code, created_at: createdAt, finished_at: finishedAt }: SyncRequest, provider: string, now: Date): string {
  if (state === 'waiting') {
    const waited = now.getTime() - new Date(createdAt).getTime();
    return waited < LONG_WAIT_MS ? 'Sync asked for: waiting for the worker.' : 'Sync asked for: waiting for the worker. It runs as soon as the worker is back.';
  }
  if (state === 'running') return 'Sync asked for: under way.';
  if (now.getTime() - new Date(finishedAt ?? createdAt).getTime() > NEWS_MS) return '';
  return state === 'done' ? 'The sync you asked for is done.' : `The sync you asked for did not succeed. ${codeWords(code ?? 'internal', provider).stored}`;
}
