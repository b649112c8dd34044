'use client';
import { LoaderCircle, LockKeyhole } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { Button, LinkButton } from '#app/_components/button.tsx';
import { Callout } from '#app/_components/callout.tsx';
import { Input, Select } from '#app/_components/field.tsx';
import { SecretField } from '#app/_components/secret-field.tsx';
import { hostName } from './guides.ts';
import { canSealHere, INSECURE_SENTENCE } from './seal-key.ts';
import { SealedStrip } from './sealed-strip.tsx';
import { type KeyTarget, useKeyHandOver } from './use-key-hand-over.ts';

const STAGES = { open: '', sealing: 'Sealing in this browser…', sending: 'Sealed. Handing it over…', handed_over: 'Handed over. Opening its page…' } as const;
const never = () => () => {};

/**
 * Takes a key and hands over its seal. The key's field has no name and the form has no address, so without script there
 * is nothing to submit.
 */
export function KeyForm({ providerName, prefix, ...target }: KeyTarget & { providerName: string; prefix: string }) {
  const { mode } = target;
  const field = useRef<HTMLInputElement>(null);
  const failureBox = useRef<HTMLDivElement>(null);
  const scripted = useSyncExternalStore(never, () => true, () => false);
  const secure = useSyncExternalStore(never, canSealHere, () => true);
  const { problem, looksRight, sealed, stage, failure, lookAt, unsee, pasteAgain, submit } = useKeyHandOver(target, field);
  const busy = stage !== 'open';
  useEffect(() => {
    if (failure) failureBox.current?.focus();
  }, [failure]);

  if (!secure) {
    return (
      <Callout tone="bad" title="A key cannot be pasted here" live="alert">
        {INSECURE_SENTENCE}
      </Callout>
    );
  }
  return (
    <form
      method="dialog"
      noValidate
      aria-busy={busy}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        void submit({ host: textOf(given, 'host'), label: textOf(given, 'label') ?? '' });
      }}
    >
      {failure ? (
        <div ref={failureBox} tabIndex={-1} className="rounded-control outline-none">
          <Callout tone="bad" live="alert">
            {failure.sentence}
          </Callout>
        </div>
      ) : null}
      {mode.kind === 'connect' ? <NewConnectionFields mode={mode} error={failure?.fields.label} onHostChange={pasteAgain} /> : null}
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
          onPaste={(event) => {
            // A text field joins the lines of what is pasted, and two halves of a key would look like one.
            event.preventDefault();
            event.currentTarget.value = lookAt(event.clipboardData.getData('text')) ?? '';
          }}
          onInput={unsee}
          onBlur={({ currentTarget: { value } }) => (value === '' ? undefined : lookAt(value))}
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
          {STAGES[stage]}
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

function textOf(given: FormData, name: string): string | null {
  const value = given.get(name);
  return typeof value === 'string' ? value : null;
}

type NewConnectionFieldsProps = { mode: { hosts: readonly string[]; suggestedName: string }; error: string | undefined; onHostChange: () => void };

function NewConnectionFields({ mode, error, onHostChange }: NewConnectionFieldsProps) {
  return (
    <>
      <Input
        name="label"
        label="Name in Keymeter"
        hint="How you tell it apart here, such as the team or the company."
        defaultValue={mode.suggestedName}
        maxLength={80}
        autoComplete="off"
        {...(error ? { error } : {})}
      />
      {mode.hosts.length > 1 ? (
        <Select name="host" label="Region" hint="Leave it at Standard, unless your organisation has data residency. It cannot be changed afterwards." onChange={onHostChange}>
          {mode.hosts.map((host) => (
            <option key={host} value={host}>
              {hostName(host)}
            </option>
          ))}
        </Select>
      ) : null}
    </>
  );
}

function LooksRight({ shown }: { shown: string }) {
  return (
    <p className="text-good">
      Looks right: <span className="font-mono">{shown}</span>
    </p>
  );
}
