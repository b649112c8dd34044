/**
 * A secret at rest. Two layers of AES-256-GCM: a data key made for this one encryption, wrapped by a key derived from
 * the key encryption key and the organisation's salt. Both layers authenticate whose secret it is, so a ciphertext
 * copied into another organisation's, connection's or field's row does not decrypt.
 *
 *   lp(s) = u16be byte length || utf8
 *   CTX   = lp("keymeter.secret.v1") lp(org) lp(connection) lp(provider) lp(field)
 *   WK    = HKDF-SHA256(KEK, salt = the organisation's, info = "keymeter/wrap/v1" 00 org, 32)
 *   wrap  = AES-256-GCM(WK,  iv 12, aad = 01 01 || u32be(kek id) || CTX, DEK)
 *   data  = AES-256-GCM(DEK, iv 12, aad = 01 02 || CTX, plaintext)
 *   text  = km1:<kek id>:<wrap iv>:<wrap tag>:<wrapped key>:<iv>:<auth tag>:<ciphertext>     (lower-case hex)
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { lengthPrefixed } from '#lib/length-prefix.ts';
import { KEY_BYTES } from '#lib/vault/key-text.ts';
import type { Keyring } from '#lib/vault/keyring.ts';
import type { SecretField } from '#lib/vault/seal.ts';
import type { Secret } from '#lib/vault/secret.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

/** Whose secret it is. All of it is authenticated and none of it is stored in the envelope. */
export interface EnvelopeBinding {
  /** 36-character lower-case UUID. */
  orgId: string;
  /** 36-character lower-case UUID; for a channel secret the channel's. */
  connectionId: string;
  provider: string;
  field: SecretField;
  /** The organisation's 32 random bytes. */
  kdfSalt: Uint8Array;
}

/** The parts of an envelope's text. `dataText` (iv, tag, ciphertext) is what a rotation leaves untouched. */
export interface EnvelopeParts {
  kekId: number;
  wrapIv: Buffer;
  wrapTag: Buffer;
  wrappedKey: Buffer;
  dataIv: Buffer;
  dataTag: Buffer;
  ciphertext: Buffer;
  dataText: string;
}

/** Gives `size` fresh random bytes. Replaced only by the known answer test, in the order data key, wrap iv, data iv. */
export type Randomness = (size: number) => Buffer;

const IV_BYTES = 12;
const TAG_BYTES = 16;
const MAX_PLAINTEXT_BYTES = 4096;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Lower case only: one envelope has one spelling, so no change to its text goes unnoticed.
const ENVELOPE =
  /^km1:(0|[1-9]\d{0,9}):([0-9a-f]{24}):([0-9a-f]{32}):([0-9a-f]{64}):(([0-9a-f]{24}):([0-9a-f]{32}):((?:[0-9a-f]{2}){1,4096}))$/;

/** @throws VaultError `bad_binding`, `plaintext_length`, `secret_disposed` */
export function encryptEnvelope(keyring: Keyring, binding: EnvelopeBinding, secret: Secret, random: Randomness = randomBytes): string {
  const context = bindingContext(binding);
  const dataKey = random(KEY_BYTES);
  try {
    const wrapped = wrapDataKey(keyring, keyring.primaryId, binding, dataKey, random(IV_BYTES));
    const iv = random(IV_BYTES);
    const data = secret.withBytes((plaintext) => {
      if (plaintext.length === 0 || plaintext.length > MAX_PLAINTEXT_BYTES) {
        throw new VaultError('plaintext_length', `must be 1 to ${MAX_PLAINTEXT_BYTES} bytes`);
      }
      return gcmSeal(dataKey, iv, dataAad(context), plaintext);
    });
    return `${wrapped}:${[iv, data.tag, data.ciphertext].map((part) => part.toString('hex')).join(':')}`;
  } finally {
    dataKey.fill(0);
  }
}

/**
 * Only `open.ts` may call this (held by a test): everybody else gets a plaintext through an audited opening.
 * @returns the plaintext; the caller zeroes it
 * @throws VaultError `envelope_malformed`, `unknown_key_id`, `authentication_failed`, `bad_binding`
 */
export function decryptEnvelope(keyring: Keyring, binding: EnvelopeBinding, text: string): Buffer {
  const parts = parseEnvelope(text);
  const context = bindingContext(binding);
  const dataKey = unwrapDataKey(keyring, binding, parts);
  try {
    return gcmOpen(dataKey, parts.dataIv, dataAad(context), parts.ciphertext, parts.dataTag);
  } finally {
    dataKey.fill(0);
  }
}

/** @throws VaultError `envelope_malformed` */
export function parseEnvelope(text: string): EnvelopeParts {
  const match = ENVELOPE.exec(text);
  if (!match || Number(match[1]) > 0xffff_ffff) throw new VaultError('envelope_malformed', 'not a km1 envelope');
  const hex = (group: number) => Buffer.from(match[group] ?? '', 'hex');
  return {
    kekId: Number(match[1]),
    wrapIv: hex(2),
    wrapTag: hex(3),
    wrappedKey: hex(4),
    dataText: match[5] ?? '',
    dataIv: hex(6),
    dataTag: hex(7),
    ciphertext: hex(8),
  };
}

/** @returns the envelope's text up to and including the wrapped key: `km1:<kek id>:<iv>:<tag>:<wrapped key>` */
export function wrapDataKey(keyring: Keyring, kekId: number, binding: EnvelopeBinding, dataKey: Buffer, iv: Buffer): string {
  return withWrapKey(keyring, kekId, binding, (wrapKey) => {
    const wrapped = gcmSeal(wrapKey, iv, wrapAad(kekId, bindingContext(binding)), dataKey);
    return `km1:${kekId}:${[iv, wrapped.tag, wrapped.ciphertext].map((part) => part.toString('hex')).join(':')}`;
  });
}

/** @returns the data key; the caller zeroes it. @throws VaultError `unknown_key_id`, `authentication_failed`, `bad_binding` */
export function unwrapDataKey(keyring: Keyring, binding: EnvelopeBinding, parts: EnvelopeParts): Buffer {
  return withWrapKey(keyring, parts.kekId, binding, (wrapKey) =>
    gcmOpen(wrapKey, parts.wrapIv, wrapAad(parts.kekId, bindingContext(binding)), parts.wrappedKey, parts.wrapTag),
  );
}

function withWrapKey<T>(keyring: Keyring, kekId: number, binding: EnvelopeBinding, use: (wrapKey: Buffer) => T): T {
  const kek = keyring.get(kekId);
  bindingContext(binding);
  const info = Buffer.concat([Buffer.from('keymeter/wrap/v1\0'), Buffer.from(binding.orgId)]);
  const wrapKey = Buffer.from(hkdfSync('sha256', kek, binding.kdfSalt, info, KEY_BYTES));
  try {
    return use(wrapKey);
  } finally {
    wrapKey.fill(0);
  }
}

function bindingContext(binding: EnvelopeBinding): Uint8Array {
  if (!UUID.test(binding.orgId) || !UUID.test(binding.connectionId)) {
    throw new VaultError('bad_binding', 'ids must be 36-character lower-case UUIDs');
  }
  if (binding.provider === '') throw new VaultError('bad_binding', 'provider is empty');
  if (binding.kdfSalt.length !== KEY_BYTES) throw new VaultError('bad_binding', `the salt must have ${KEY_BYTES} bytes`);
  return lengthPrefixed('keymeter.secret.v1', binding.orgId, binding.connectionId, binding.provider, binding.field);
}

function wrapAad(kekId: number, context: Uint8Array): Buffer {
  const head = Buffer.from([1, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(kekId, 2);
  return Buffer.concat([head, context]);
}

function dataAad(context: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([1, 2]), context]);
}

function gcmSeal(key: Buffer, iv: Buffer, aad: Buffer, plaintext: Buffer): { ciphertext: Buffer; tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

/** Nothing is returned before `final()` has checked the tag. @throws VaultError `authentication_failed` */
function gcmOpen(key: Buffer, iv: Buffer, aad: Buffer, ciphertext: Buffer, tag: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(aad).setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    // GCM is a stream mode: final() only checks the tag and adds no bytes.
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    throw new VaultError('authentication_failed', 'the envelope was changed, or belongs to another row or key');
  }
}
