/** The last check before a key meets a header. */
import { ProviderError, type ProviderName, type RevealableKey } from './contract.ts';
import { keyKind } from './key-shape.ts';

const KEY_TEXT = /^[\x21-\x7e]{20,300}$/;

/**
 * The key's text, safe to put into one header. A key whose visible prefix says that it is of another kind is refused
 * without a call: Anthropic's answer cannot tell a wrong kind from a wrong key, and a key of another provider must not
 * be shown to this one.
 * @throws ProviderError `key_rejected` (no key has such text), `key_wrong_kind`; neither repeats it.
 */
export function checkedKey(provider: ProviderName, key: RevealableKey): string {
  const text = key.reveal();
  if (!KEY_TEXT.test(text)) throw new ProviderError('key_rejected', { detail: 'the stored text cannot be a key' });
  const kind = keyKind(provider, text);
  if (kind !== null && kind !== 'admin') throw new ProviderError('key_wrong_kind', { detail: kind });
  return text;
}
