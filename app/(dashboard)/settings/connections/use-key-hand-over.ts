'use client';
/** The way of a key through the page: look at it, seal it, forget it, hand the seal over. */
import { useRouter } from 'next/navigation';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { ActionFailure } from '#app/_server/action-state.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { checkKeyShape, keyHint } from '#lib/providers/key-shape.ts';
import { submitConnect, submitReplace } from './actions.ts';
import { canSealHere, sealKey } from './seal-key.ts';

export type KeyFormMode = { kind: 'connect'; hosts: readonly string[]; suggestedName: string } | { kind: 'replace'; connectionId: string; host: string };

export interface KeyTarget {
  mode: KeyFormMode;
  provider: ProviderName;
  orgId: string;
  intakePublicKey: string;
}

/** What was sealed, and what it was sealed for. */
interface Sealed {
  connectionId: string;
  host: string;
  text: string;
  /** All that is known of the key from here on. */
  shown: string;
}

type Stage = 'open' | 'sealing' | 'sending' | 'handed_over';
type Failure = { sentence: string; fields: Readonly<Record<string, string>> };
type Look = { problem: string | null; looksRight: string | null };

const LOST_SENTENCE = 'The answer did not arrive: the network failed, or we did. Nothing was lost; the sealed key is still here. Try again.';
/** After these the seal is of no use any more. */
const SEAL_IS_SPENT: ReadonlySet<ActionFailure['code']> = new Set(['intake_key_retired', 'sealed_key_malformed', 'invalid_input']);
const UNSEEN: Look = { problem: null, looksRight: null };

export function useKeyHandOver({ mode, provider, orgId, intakePublicKey }: KeyTarget, field: RefObject<HTMLInputElement | null>) {
  const router = useRouter();
  const newId = useRef('');
  const [look, setLook] = useState(UNSEEN);
  const [sealed, setSealed] = useState<Sealed | null>(null);
  const [stage, setStage] = useState<Stage>('open');
  const [failure, setFailure] = useState<Failure | null>(null);
  useForgetting(field);

  /** @returns the key without blanks around it, null when it cannot be one */
  function lookAt(text: string): string | null {
    const shape = checkKeyShape(provider, text);
    setLook(shape.ok ? { problem: null, looksRight: shownKey(shape.trimmed) } : { problem: shape.sentence, looksRight: null });
    return shape.ok ? shape.trimmed : null;
  }

  async function seal(host: string): Promise<Sealed | null> {
    const key = lookAt(field.current?.value ?? '');
    if (key === null) {
      field.current?.focus();
      return null;
    }
    setStage('sealing');
    newId.current ||= canSealHere() ? crypto.randomUUID() : '';
    const connectionId = mode.kind === 'connect' ? newId.current : mode.connectionId;
    const result = await sealKey({ orgId, connectionId, provider, host }, intakePublicKey, key);
    if (!result.ok) {
      fail({ sentence: result.sentence, fields: {} });
      return null;
    }
    clear(field.current);
    const made = { connectionId, host, text: result.sealed, shown: shownKey(key) };
    setSealed(made);
    return made;
  }

  async function handOver({ connectionId, host, text }: Sealed, label: string): Promise<void> {
    setStage('sending');
    const sent = mode.kind === 'connect' ? submitConnect(null, { connectionId, provider, host, label, sealed: text }) : submitReplace(null, { connectionId, sealed: text });
    const answer = await sent.catch(() => null);
    // "conflict": a connection of this id exists, so the first try got through and only its answer was lost.
    if (answer?.ok || answer?.code === 'conflict') {
      setStage('handed_over');
      router.push(`/settings/connections/${connectionId}`);
      return;
    }
    const fields = answer?.fieldErrors ?? {};
    if (answer && SEAL_IS_SPENT.has(answer.code) && !fields.label) pasteAgain();
    fail({ sentence: answer?.sentence ?? LOST_SENTENCE, fields });
  }

  /** @param host what was chosen; null when there is no choice */
  async function submit({ host, label }: { host: string | null; label: string }): Promise<void> {
    if (stage !== 'open') return;
    setFailure(null);
    const bound = mode.kind === 'connect' ? (host ?? mode.hosts[0] ?? '') : mode.host;
    // The seal is bound to the host: another host needs the key again.
    const ready = sealed?.host === bound ? sealed : await seal(bound);
    if (ready) await handOver(ready, label);
  }

  function fail(what: Failure): void {
    setStage('open');
    setFailure(what);
  }

  function pasteAgain(): void {
    setSealed(null);
    setLook(UNSEEN);
  }

  return {
    ...look,
    sealed,
    stage,
    failure,
    lookAt,
    unsee: () => setLook(UNSEEN),
    pasteAgain,
    submit,
  };
}

/** A page that is left but kept for the back button must not keep the key. */
function useForgetting(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const forget = () => clear(field.current);
    window.addEventListener('pagehide', forget);
    return () => window.removeEventListener('pagehide', forget);
  }, [field]);
}

function shownKey(key: string): string {
  const { prefix, lastFour } = keyHint(key);
  return `${prefix}…${lastFour}`;
}

function clear(input: HTMLInputElement | null): void {
  if (input) input.value = '';
}
