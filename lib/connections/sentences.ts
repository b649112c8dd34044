/**
 * What a person is told for every closed code that a key, a run or an opening can end with. One list, so that a code
 * without words does not compile; `tests/connections/sentences.test.ts` holds it against everything the worker can say.
 */
import type { KeyRefusal } from '#lib/connections/verdict.ts';
import type { ProviderErrorCode } from '#lib/providers/contract.ts';
import type { VaultErrorCode } from '#lib/vault/vault-error.ts';

export interface CodeWords {
  /** For a table's cell: what happened, without advice. */
  short: string;
  /** Said after a paste: what to do now. The sealed key is gone by then. */
  pasted: string;
  /** Said of a key that is stored and was read with before. */
  stored: string;
}

/** Beside what providers and the vault say: the worker's own endings, and the database's refusals that reach a page. */
type OwnCode =
  | KeyRefusal
  | 'sealed_key_malformed'
  | 'intake_key_retired'
  | 'connection_purged'
  | 'connection_paused'
  | 'connection_needs_attention'
  | 'envelope_unreadable'
  | 'worker_stopping'
  | 'lease_lost'
  | 'fence_lost'
  | 'not_found'
  | 'callback_failed'
  | 'internal';

const PASTE_AGAIN = 'Load this page again and paste the key once more.';
const BY_ITSELF = 'The next attempt comes by itself; nothing is lost.';
const KEPT_SHUT = 'It is not opened again until you do.';

const sealed = (short: string): CodeWords => ({ short, pasted: `The sealed key did not arrive as it was sent. ${PASTE_AGAIN}`, stored: `The sealed key did not arrive as it was sent. ${PASTE_AGAIN}` });
const unreadable = (short: string): CodeWords => ({
  short,
  pasted: `The key could not be encrypted for rest. ${PASTE_AGAIN} If it happens again, tell the operator of this installation.`,
  stored: `The stored key cannot be decrypted: an encryption key of this installation is missing, or the stored text was changed. Tell its operator, or replace the key. ${KEPT_SHUT}`,
});
const ours = (short: string): CodeWords => ({
  short,
  pasted: `Something went wrong on our side, and the key was not kept. ${PASTE_AGAIN} If it happens again, tell the operator of this installation.`,
  stored: `Something went wrong on our side. ${BY_ITSELF}`,
});
const interrupted = (short: string): CodeWords => ({ short, pasted: `The worker was restarted while it checked the key. ${BY_ITSELF}`, stored: `The worker was restarted in the middle of it. ${BY_ITSELF}` });
const away = (short: string, what: string): CodeWords => ({ short, pasted: `${what} The key was not kept. Paste it again in a few minutes.`, stored: `${what} ${BY_ITSELF}` });
const asks = (short: string, what: string): CodeWords => ({
  short,
  pasted: `${what} The key was not kept. Ask the operator of this installation, then paste it again.`,
  stored: `${what} Ask the operator of this installation. Nothing is lost: the days in between are read once it works again.`,
});

/** `{provider}` stands for the provider's name. */
const WORDS = {
  // the key itself
  key_rejected: {
    short: 'Key refused',
    pasted: '{provider} does not know this key: it is mistyped, revoked or expired. Create a new admin key there and paste that one.',
    stored: `{provider} refuses this key: it was revoked, it expired, or it lost its rights. Create a new one there and replace the key. ${KEPT_SHUT}`,
  },
  key_wrong_kind: {
    short: 'Wrong kind of key',
    pasted: '{provider} says that this is not an admin key, so it cannot read what the organisation costs. Create an admin key and paste that one.',
    stored: `{provider} says that this is not an admin key any more. Create an admin key there and replace the key. ${KEPT_SHUT}`,
  },
  key_scope_missing: {
    short: 'Not allowed to read usage',
    pasted: 'The key works, but it may not read usage and cost. Give it that permission at {provider} (reading usage is enough), or create a key that has it, and paste it again.',
    stored: `The key may not read usage and cost any more. Create a key with that permission at {provider} and replace the key. ${KEPT_SHUT}`,
  },
  key_already_connected: {
    short: 'Connected already',
    pasted: 'This very key is connected already, by another connection of this organisation. There is nothing to do.',
    stored: 'This very key is connected already by another connection.',
  },
  organization_already_connected: {
    short: 'Organisation connected already',
    pasted: 'The {provider} organisation behind this key is connected already; a second key would count its spend twice. To change the key, open that connection and replace it there.',
    stored: 'The {provider} organisation behind this key is connected already by another connection, and reading it twice would count its spend twice. Purge one of the two.',
  },
  different_organization: {
    short: 'Another organisation',
    pasted: 'This key belongs to another {provider} organisation than the one connected here. Paste a key of the same organisation, or connect this one as a new connection.',
    stored: `The key now answers for another {provider} organisation than the one connected here. Replace it by a key of the same organisation. ${KEPT_SHUT}`,
  },
  // the provider
  rate_limited: away('Asked too often', '{provider} asked us to slow down.'),
  provider_unavailable: away('Provider did not answer', '{provider} did not answer.'),
  provider_timeout: away('Provider was too slow', '{provider} did not answer in time.'),
  provider_bad_answer: away('Answer not understood', '{provider} sent an answer in a form that is not known.'),
  provider_pagination: away('Answer incomplete', '{provider} did not send all pages of its answer, so none of it was used.'),
  response_too_large: away('Answer too large', '{provider} sent more than may be read at once, even for a single day.'),
  // the way there
  redirect_refused: asks('Redirect refused', '{provider}’s address led elsewhere, and a key is never sent after a redirect.'),
  host_refused: asks('Host not allowed', 'This installation may not call the host that the key is bound to.'),
  tls_failed: asks('Connection not secure', 'The connection to {provider} could not be secured: the certificate does not fit, or something stands in between.'),
  request_refused: asks('Question refused', '{provider} did not accept how it was asked.'),
  // what arrived
  sealed_key_malformed: sealed('Seal damaged'),
  intake_malformed: sealed('Seal damaged'),
  intake_authentication_failed: sealed('Seal does not fit'),
  intake_key_retired: {
    short: 'Sealed to an old key',
    pasted: `The page that sealed this key was older than this installation’s encryption key. ${PASTE_AGAIN}`,
    stored: `The page that sealed this key was older than this installation’s encryption key. ${PASTE_AGAIN}`,
  },
  intake_unknown_key: sealed('Sealed to an unknown key'),
  // what is stored
  envelope_unreadable: unreadable('Stored key unreadable'),
  envelope_malformed: unreadable('Stored key unreadable'),
  unknown_key_id: unreadable('Encryption key missing'),
  authentication_failed: unreadable('Stored key was changed'),
  bad_binding: unreadable('Stored key is another’s'),
  plaintext_length: sealed('Key too long'),
  sealed_text_unavailable: ours('Nothing to open'),
  // the audit
  audit_unavailable: {
    short: 'Audit not writable',
    pasted: `The audit trail could not be written, so the key was not opened. ${BY_ITSELF}`,
    stored: `The audit trail could not be written, so the key was not opened. ${BY_ITSELF}`,
  },
  opening_refused: { short: 'Opening refused', pasted: `The key may not be opened at the moment. ${BY_ITSELF}`, stored: `The key may not be opened at the moment. ${BY_ITSELF}` },
  // the connection
  connection_purged: { short: 'Purged meanwhile', pasted: 'The connection was purged meanwhile. Connect the key anew if you still want to.', stored: 'The connection was purged meanwhile.' },
  connection_paused: { short: 'Paused', pasted: 'The connection is paused. Resume it first.', stored: 'The connection is paused. Resume it first.' },
  connection_needs_attention: { short: 'Needs attention', pasted: 'Replace the key first.', stored: `Replace the key first. ${KEPT_SHUT}` },
  not_found: { short: 'Gone', pasted: 'The connection is gone. Connect the key anew if you still want to.', stored: 'The connection is gone.' },
  // us
  worker_stopping: interrupted('Worker restarted'),
  lease_lost: interrupted('Taken over by another worker'),
  fence_lost: interrupted('Taken over by another worker'),
  secret_disposed: ours('Internal error'),
  callback_failed: ours('Internal error'),
  internal: ours('Internal error'),
  key_list_malformed: ours('Wrong configuration'),
  bad_key_length: ours('Wrong configuration'),
  weak_key: ours('Wrong configuration'),
  duplicate_key_id: ours('Wrong configuration'),
  secrets_not_distinct: ours('Wrong configuration'),
} as const satisfies Record<ProviderErrorCode | VaultErrorCode | OwnCode, CodeWords>;

export type ConnectionCode = keyof typeof WORDS;
export const CONNECTION_CODES = Object.keys(WORDS) as ConnectionCode[];

export function isConnectionCode(code: string): code is ConnectionCode {
  return Object.hasOwn(WORDS, code);
}

/** A code of a newer worker is shown as it is: it is closed and harmless, and hiding it would help nobody. */
function unknownWords(code: string): CodeWords {
  const sentence = `It ended with “${code}”, for which this version has no words. Tell the operator of this installation.`;
  return { short: code, pasted: sentence, stored: sentence };
}

/** @param provider as people write it: `OpenAI` */
export function codeWords(code: string, provider: string): CodeWords {
  const { short, pasted, stored } = isConnectionCode(code) ? WORDS[code] : unknownWords(code);
  const named = (text: string) => text.replaceAll('{provider}', provider);
  return { short: named(short), pasted: named(pasted), stored: named(stored) };
}
