import type { Tone } from '#app/_components/badge.tsx';
import type { KeyUse } from '#lib/audit/read-audit.ts';

export const OUTCOMES = ['success', 'failure', 'open', 'unfinished'] as const satisfies readonly KeyUse['outcome'][];

export const OUTCOME_WORDS: Readonly<Record<KeyUse['outcome'], string>> = { success: 'Success', failure: 'Failure', open: 'Open now', unfinished: 'Unfinished' };
export const OUTCOME_TONES: Readonly<Record<KeyUse['outcome'], Tone>> = { success: 'good', failure: 'bad', open: 'info', unfinished: 'warn' };

export function isOutcome(given: string | string[] | undefined): given is KeyUse['outcome'] {
  return OUTCOMES.some((outcome) => outcome === given);
}
