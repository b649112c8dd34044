'use client';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { buttonClass } from './button.tsx';

const SHOWN_MS = 2_000;

/** Copies `text`; says so in words for a screen reader. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
    setTimeout(() => setState('idle'), SHOWN_MS);
  }
  const words = state === 'copied' ? 'Copied' : state === 'failed' ? 'Could not copy' : label;
  return (
    <button type="button" onClick={copy} className={buttonClass('secondary', 'sm')}>
      {state === 'copied' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      <span aria-live="polite">{words}</span>
    </button>
  );
}
