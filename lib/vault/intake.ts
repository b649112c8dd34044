/** The worker's half of the intake: opens what `seal.ts` sealed in a browser. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { parseKeyList } from '#lib/vault/key-text.ts';
import type { KeyCheck } from '#lib/vault/key-text.ts';
import { assertDistinctSecrets } from '#lib/vault/keyring.ts';
import { INTAKE_INFO, intakeAssociatedData, intakeSuite, SealError } from '#lib/vault/seal.ts';
import type { IntakeBinding } from '#lib/vault/seal.ts';
import { VaultError } from '#lib/vault/vault-error.ts';

const ENC_BYTES = 32;
const TAG_BYTES = 16;
const MAX_BLOB_BYTES = 750;
const SEALED = /^kmi1:(0|[1-9]\d{0,8}):([A-Za-z0-9_-]{64,1000})$/;
/** DER head of a PKCS#8 X25519 private key (RFC 8410), followed by the 32 raw bytes. */
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Private keys by id. A retired id stays listed until nothing sealed to it can be in flight. */
export class IntakeKeys {
  readonly #keys: ReadonlyMap<number, KeyObject>;

  constructor(keys: ReadonlyMap<number, KeyObject>) {
    this.#keys = keys;
  }

  get ids(): number[] {
    return [...this.#keys.keys()];
  }

  /** @throws VaultError `intake_unknown_key` */
  get(id: number): KeyObject {
    const key = this.#keys.get(id);
    if (!key) throw new VaultError('intake_unknown_key', `no key with id ${id} in INTAKE_PRIVATE_KEYS`);
    return key;
  }

  /** For the cipher suite: a private key that cannot be exported again. @throws VaultError `intake_unknown_key` */
  pair(id: number): CryptoKeyPair {
    const key = this.get(id);
    return {
      privateKey: key.toCryptoKey('X25519', false, ['deriveBits']) as CryptoKey,
      publicKey: createPublicKey(key).toCryptoKey('X25519', true, []) as CryptoKey,
    };
  }

  /** What web holds as `INTAKE_PUBLIC_KEY`: `<id>:<base64url of 32 bytes>`. @throws VaultError `intake_unknown_key` */
  publicKeyText(id: number): string {
    return `${id}:${createPublicKey(this.get(id)).export({ format: 'jwk' }).x}`;
  }
}

/** Reads `INTAKE_PRIVATE_KEYS`, e.g. `1:<base64url of 32 bytes>,2:<base64url>`. @throws VaultError see `parseKeyList` */
export function parseIntakeKeys(text: string, check: KeyCheck = {}): IntakeKeys {
  const listed = parseKeyList('INTAKE_PRIVATE_KEYS', text, 'base64url', check);
  assertDistinctSecrets(listed.map((key) => ({ name: `INTAKE_PRIVATE_KEYS (key ${key.id})`, bytes: key.bytes })));
  return new IntakeKeys(new Map(listed.map(({ id, bytes }) => [id, takePrivateKey(bytes)])));
}

function takePrivateKey(raw: Buffer): KeyObject {
  const der = Buffer.concat([PKCS8_X25519, raw]);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
    raw.fill(0);
  }
}

/**
 * Only `open.ts` may call this (held by a test): everybody else gets a plaintext through an audited opening.
 * @returns the plaintext; the caller zeroes it
 * @throws VaultError `intake_malformed`, `intake_unknown_key`, `intake_authentication_failed`, `bad_binding`
 */
export async function openIntake(keys: IntakeKeys, binding: IntakeBinding, sealed: string): Promise<Buffer> {
  const { keyId, enc, ciphertext } = parseSealed(sealed);
  const associatedData = bindTo(binding);
  const recipientKey = keys.pair(keyId);
  const suite = await intakeSuite();
  try {
    return Buffer.from(await suite.open({ recipientKey, enc, info: INTAKE_INFO }, ciphertext, associatedData));
  } catch {
    throw new VaultError('intake_authentication_failed', 'the sealed text was changed, or belongs to another connection, host or key');
  }
}

/** @throws VaultError `intake_malformed` */
function parseSealed(sealed: string): { keyId: number; enc: Uint8Array<ArrayBuffer>; ciphertext: Uint8Array<ArrayBuffer> } {
  const [, keyId, encoded = ''] = SEALED.exec(sealed) ?? [];
  const blob = Buffer.from(encoded, 'base64url');
  const fits = blob.length > ENC_BYTES + TAG_BYTES && blob.length <= MAX_BLOB_BYTES && blob.toString('base64url') === encoded;
  if (keyId === undefined || !fits) throw new VaultError('intake_malformed', 'not a kmi1 sealed text');
  return { keyId: Number(keyId), enc: new Uint8Array(blob.subarray(0, ENC_BYTES)), ciphertext: new Uint8Array(blob.subarray(ENC_BYTES)) };
}

function bindTo(binding: IntakeBinding): Uint8Array<ArrayBuffer> {
  try {
    return intakeAssociatedData(binding);
  } catch (error) {
    throw new VaultError('bad_binding', error instanceof SealError ? error.detail : 'the binding has the wrong form');
  }
}
