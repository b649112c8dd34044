/** How far a pasted key has come, from the request's row. Pure: the page shows it live. */
import { codeWords } from '#lib/connections/sentences.ts';

export const VERIFICATION_STEPS = ['sealed', 'waiting', 'opening', 'asking_provider', 'naming', 'storing'] as const;
export type VerificationStepName = (typeof VERIFICATION_STEPS)[number];
export type StepState = 'done' | 'current' | 'failed' | 'todo';

export interface VerificationStep {
  name: VerificationStepName;
  state: StepState;
}

export interface VerificationRequest {
  state: 'waiting' | 'running' | 'done' | 'failed';
  step: string | null;
  code: string | null;
  attempts: number;
  not_before: string;
}

/** @returns every step, in order; at most one is current or failed */
export function verificationSteps(request: Pick<VerificationRequest, 'state' | 'step'>): VerificationStep[] {
  const reached = reachedStep(request);
  return VERIFICATION_STEPS.map((name, place) => ({
    name,
    state: request.state === 'done' || place < reached ? 'done' : place > reached ? 'todo' : request.state === 'failed' ? 'failed' : 'current',
  }));
}

function reachedStep({ state, step }: Pick<VerificationRequest, 'state' | 'step'>): number {
  if (state === 'waiting') return VERIFICATION_STEPS.indexOf('waiting');
  // Planning the first read is the end of storing, in the same transaction.
  const known = step === 'planning' ? 'storing' : step;
  return Math.max(VERIFICATION_STEPS.indexOf('opening'), VERIFICATION_STEPS.findIndex((name) => name === known));
}

export function isUnderWay({ state }: Pick<VerificationRequest, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

const LONG_WAIT_SECONDS = 15;

/**
 * One sentence about where it stands.
 * @param provider as people write it: `OpenAI`
 * @param waitedSeconds since the request was made
 */
export function verificationSentence(request: VerificationRequest, provider: string, waitedSeconds: number): string {
  const { state, code, attempts } = request;
  if (state === 'done') return 'The key was accepted and is encrypted at rest.';
  if (state === 'failed') return codeWords(code ?? 'internal', provider).pasted;
  if (state === 'running') return RUNNING[VERIFICATION_STEPS[reachedStep(request)] ?? 'opening'].replaceAll('{provider}', provider);
  if (attempts > 0 && code !== null) return `${codeWords(code, provider).short}. The worker tries again by itself at ${request.not_before.slice(11, 19)} UTC; you can leave this page.`;
  if (waitedSeconds >= LONG_WAIT_SECONDS) return 'The worker has not picked it up yet. It continues as soon as the worker is back; you can leave this page.';
  return 'Handed over. The worker picks it up within seconds.';
}

const RUNNING: Readonly<Record<VerificationStepName, string>> = {
  sealed: 'Handed over.',
  waiting: 'Handed over.',
  opening: 'The worker opens the sealed key. The audit trail has the entry already.',
  asking_provider: '{provider} is asked whether the key works.',
  naming: 'The key works. Finding out whose it is.',
  storing: 'Encrypting the key for rest and planning the first read.',
};

const SHOW_REFUSAL_MS = 86_400_000;
const SHOW_SUCCESS_MS = 600_000;

/**
 * The check of a key that its page should show: one under way, one that was refused (until a key is stored, else for a
 * day), or one that just succeeded.
 * @param requests newest first
 */
export function checkToShow<R extends VerificationRequest & { kind: string; finished_at: string | null }>(requests: readonly R[], keyIsStored: boolean, now: Date): R | null {
  const newest = requests.find(({ kind }) => kind === 'verify_key' || kind === 'replace_key');
  if (!newest || isUnderWay(newest)) return newest ?? null;
  const age = now.getTime() - new Date(newest.finished_at ?? 0).getTime();
  if (newest.state === 'done') return age < SHOW_SUCCESS_MS ? newest : null;
  return !keyIsStored || age < SHOW_REFUSAL_MS ? newest : null;
}
