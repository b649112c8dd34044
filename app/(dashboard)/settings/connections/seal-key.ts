/** Seals a pasted key in the browser; what is wrong becomes a sentence. Nothing here keeps the plaintext. */
import { isSecureEnough, SealError, sealForIntake, type IntakeBinding } from '#lib/vault/seal.ts';

export type Sealing = { ok: true; sealed: string } | { ok: false; sentence: string };

export const INSECURE_SENTENCE =
  'This page came over plain http from another machine, where others on the network can read along and change it. Open Keymeter over https (or on the machine it runs on) to paste a key.';
const BROWSER_SENTENCE = 'This browser could not encrypt the key. Update it, or try another one. The key was not sent.';
const SETUP_SENTENCE = 'This installation’s public key is malformed, so nothing can be sealed to it. Tell its operator to check INTAKE_PUBLIC_KEY. The key was not sent.';

/** May a key be pasted on this page at all? False while there is no page, as on the server. */
export function canSealHere(): boolean {
  return typeof window === 'object' && isSecureEnough(window.location) && typeof window.crypto?.subtle === 'object';
}

/** @param key as checked by `checkKeyShape`, without blanks around it */
export async function sealKey(binding: IntakeBinding, publicKey: string, key: string): Promise<Sealing> {
  if (!canSealHere()) return { ok: false, sentence: INSECURE_SENTENCE };
  try {
    return { ok: true, sealed: await sealForIntake({ ...binding, publicKey }, key) };
  } catch (error) {
    const code = error instanceof SealError ? error.code : 'seal_failed';
    if (code === 'crypto_unavailable') return { ok: false, sentence: INSECURE_SENTENCE };
    return { ok: false, sentence: code === 'bad_public_key' ? SETUP_SENTENCE : BROWSER_SENTENCE };
  }
}
