'use client';
import { LoaderCircle, LockKeyhole } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ClipboardEvent, type FormEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button, LinkButton } from '#app/_components/button.tsx';
import { Callout } from '#app/_components/callout.tsx';
import { Input, Select } from '#app/_components/field.tsx';
import { SecretField } from '#app/_components/secret-field.tsx';
import type { ActionFailure } from '#app/_server/action-state.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { checkKeyShape, keyHint } from '#lib/providers/key-shape.ts';
import { submitConnect, submitReplace } from './actions.ts';
import { hostName } from './guides.ts';
import { canSealHere, INSECURE_SENTENCE, sealKey } from './seal-key.ts';
import { SealedStrip } from './sealed-strip.tsx';

export type KeyFormMode = { kind: 'connect'; hosts: readonly string[]; suggestedName: string } | { kind: 'replace'; connectionId: string; host: string };

type KeyFormProps = { mode: KeyFormMode; provider: ProviderName; providerName: string; prefix: string; orgId: string; intakePublicKey: string };

/** What was sealed, and what it was sealed for. */
interface Sealed {
  connectionId: string;
  host: string;
  text: string;
  /** All that is known of the key from here on. */
  shown: string;
}

const LOST_SENTENCE = 'The answer did not arrive: the network failed, or we did. Nothing was lost; the sealed key is still here. Try again.';
/** After these the seal is of no use any more. */
const SEAL_IS_SPENT: ReadonlySet<ActionFailure['code']> = new Set(['intake_key_retired', 'sealed_key_malformed', 'invalid_input']);

const never = () => () => {};

/**
 * Takes a key, checks how it looks, seals it here, forgets it, and hands over the seal. The key's field has no name and
 * the form has no address, so without script there is nothing to submit.
 */
export function KeyForm({ mode, provider, providerName, prefix, orgId, intakePublicKey }: KeyFormProps) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  const failureBox = useRef<HTMLDivElement>(null);
  const scripted = useSyncExternalStore(never, () => true, () => false);
  const secure = useSyncExternalStore(never, canSealHere, () => true);
  const [newId] = useState(() => (mode.kind === 'connect' && canSealHere() ? crypto.randomUUID() : ''));
  const [problem, setProblem] = useState<string | null>(null);
  const [looksRight, setLooksRight] = useState<string | null>(null);
  const [sealed, setSealed] = useState<Sealed | null>(null);
  const [stage, setStage] = useState<'open' | 'sealing' | 'sending' | 'handed_over'>('open');
  const [failure, setFailure] = useState<{ sentence: string; fields: Readonly<Record<string, string>> } | null>(null);
  const busy = stage !== 'open';

  useEffect(() => {
    const forget = () => clear(field.current);
    // A page that is left but kept for the back button must not keep the key.
    window.addEventListener('pagehide', forget);
    return () => window.removeEventListener('pagehide', forget);
  }, []);

  function look(text: string): string | null {
    const shape = checkKeyShape(provider, text);
    setProblem(shape.ok ? null : shape.sentence);
    setLooksRight(shape.ok ? shownKey(shape.trimmed) : null);
    return shape.ok ? shape.trimmed : null;
  }

  function onPaste(event: ClipboardEvent<HTMLInputElement>) {
    // A text field joins the lines of what is pasted, and two halves of a key would look like one.
    event.preventDefault();
    event.currentTarget.value = look(event.clipboardData.getData('text')) ?? '';
  }

  async function seal(host: string): Promise<Sealed | null> {
    const key = look(field.current?.value ?? '');
    if (key === null) {
      field.current?.focus();
      return null;
    }
    setStage('sealing');
    const connectionId = mode.kind === 'connect' ? newId : mode.connectionId;
    const result = await sealKey({ orgId, connectionId, provider, host }, intakePublicKey, key);
    if (!result.ok) {
      fail(result.sentence);
      return null;
    }
    clear(field.current);
    const made = { connectionId, host, text: result.sealed, shown: shownKey(key) };
    setSealed(made);
    return made;
  }

  function fail(sentence: string, fields: Readonly<Record<string, string>> = {}) {
    setStage('open');
    setFailure({ sentence, fields });
    requestAnimationFrame(() => failureBox.current?.focus());
  }

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setFailure(null);
    const given = new FormData(event.currentTarget);
    const host = mode.kind === 'connect' ? String(given.get('host') ?? mode.hosts[0]) : mode.host;
    // The seal is bound to the host: another host needs the key again.
    const ready = sealed?.host === host ? sealed : await seal(host);
    if (ready) await handOver(ready, String(given.get('label') ?? ''));
  }

  async function handOver({ connectionId, host, text }: Sealed, label: string) {
    setStage('sending');
    const answer = await (mode.kind === 'connect' ? submitConnect(null, { connectionId, provider, host, label, sealed: text }) : submitReplace(null, { connectionId, sealed: text })).catch(() => null);
    // A connection of this id exists: the first try got through, and only its answer was lost.
    if (answer?.ok || answer?.code === 'conflict') {
      setStage('handed_over');
      router.push(`/settings/connections/${connectionId}`);
      return;
    }
    if (answer && SEAL_IS_SPENT.has(answer.code) && !answer.fieldErrors?.label) pasteAgain();
    fail(answer?.sentence ?? LOST_SENTENCE, answer?.fieldErrors ?? {});
  }

  function pasteAgain() {
    setSealed(null);
    setLooksRight(null);
    setProblem(null);
  }

  if (!secure) {
    return (
      <Callout tone="bad" title="A key cannot be pasted here" live="alert">
        {INSECURE_SENTENCE}
      </Callout>
    );
  }
  return (
    <form method="dialog" onSubmit={(event) => void onSubmit(event)} aria-busy={busy} className="flex flex-col gap-4" noValidate>
      {failure ? (
        <div ref={failureBox} tabIndex={-1} className="rounded-control outline-none">
          <Callout tone="bad" live="alert">
            {failure.sentence}
          </Callout>
        </div>
      ) : null}
      {mode.kind === 'connect' ? (
        <Input
          name="label"
          label="Name in Keymeter"
          hint="How you tell it apart here, such as the team or the company."
          defaultValue={mode.suggestedName}
          maxLength={80}
          autoComplete="off"
          {...(failure?.fields.label ? { error: failure.fields.label } : {})}
        />
      ) : null}
      {mode.kind === 'connect' && mode.hosts.length > 1 ? (
        <Select name="host" label="Region" hint="Leave it at Standard, unless your organisation has data residency. It cannot be changed afterwards." onChange={pasteAgain}>
          {mode.hosts.map((host) => (
            <option key={host} value={host}>
              {hostName(host)}
            </option>
          ))}
        </Select>
      ) : null}
      {sealed ? (
        <SealedStrip text={sealed.text} shown={sealed.shown} onPasteAgain={busy ? null : pasteAgain} />
      ) : (
        <SecretField
          ref={field}
          label={`${providerName} admin key`}
          placeholder={`${prefix}…`}
          hint="It is checked and sealed in this browser. The plaintext is never sent, and the field is emptied."
          error={problem}
          note={looksRight ? <LooksRight shown={looksRight} /> : null}
          disabled={!scripted || busy}
          onPaste={onPaste}
          onInput={() => {
            setProblem(null);
            setLooksRight(null);
          }}
          onBlur={(event) => (event.currentTarget.value === '' ? undefined : look(event.currentTarget.value))}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" disabled={!scripted} aria-disabled={busy || undefined}>
          {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <LockKeyhole aria-hidden="true" />}
          {sealed && !busy ? 'Send the sealed key' : mode.kind === 'connect' ? 'Seal and connect' : 'Seal and replace'}
        </Button>
        {mode.kind === 'replace' ? (
          <LinkButton look="ghost" href={`/settings/connections/${mode.connectionId}`}>
            Cancel
          </LinkButton>
        ) : null}
        <p role="status" className="text-sm text-ink-3">
          {stage === 'sealing' ? 'Sealing in this browser…' : stage === 'sending' ? 'Sealed. Handing it over…' : stage === 'handed_over' ? 'Handed over. Opening its page…' : ''}
        </p>
      </div>
      <noscript>
        <Callout tone="warn" title="This needs JavaScript">
          Your key is encrypted by this page before it is sent. Without script that is not possible, so nothing can be sent.
        </Callout>
      </noscript>
    </form>
  );
}

function LooksRight({ shown }: { shown: string }) {
  return (
    <p className="text-good">
      Looks right: <span className="font-mono">{shown}</span>
    </p>
  );
}

function shownKey(key: string): string {
  const { prefix, lastFour } = keyHint(key);
  return `${prefix}…${lastFour}`;
}

function clear(input: HTMLInputElement | null) {
  if (input) input.value = '';
}
