/**
 * The public half of the vault, and its only file that `app/` may import: seals a pasted secret to the worker's public
 * key, in the browser, so that the web tier stores bytes it cannot open. RFC 9180 base mode with
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM.
 *
 * Sealed text: `kmi1:<intake key id>:<base64url of enc || ciphertext>`; enc is 32 bytes, the ciphertext ends in a
 * 16-byte tag. Info is `keymeter/intake/v1`; associated data is lp(org id) lp(connection id) lp(provider) lp(host).
 */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { lengthPrefixed } from '#lib/length-prefix.ts';

export type SecretField = 'admin_key' | 'channel_secret';

/** What a sealed secret is bound to. It opens for exactly this and for nothing else. */
export interface IntakeBinding {
  /** 36-character lower-case UUID. */
  orgId: string;
  /** 36-character lower-case UUID made before sealing; for a channel secret the channel's id. */
  connectionId: string;
  /** `openai`, `anthropic`; for a channel secret the channel's kind. Kinds and provider names never coincide. */
  provider: string;
  /** The host the secret will be sent to, e.g. `api.openai.com`: lower case, no port unless it is not 443. */
  host: string;
}

export interface SealRequest extends IntakeBinding {
  /** `INTAKE_PUBLIC_KEY`: `<id>:<base64url of the 32 raw bytes of an X25519 public key>`. */
  publicKey: string;
  /** Decides how long the secret may be; `admin_key` unless told. */
  field?: SecretField;
}

export type SealErrorCode = 'bad_public_key' | 'bad_binding' | 'plaintext_length' | 'crypto_unavailable' | 'seal_failed';

/** Says what is wrong by code; never carries the secret or a library's message. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly code: SealErrorCode;
  readonly detail: string;
  constructor(code: SealErrorCode, detail: string) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

export const INTAKE_INFO: Uint8Array<ArrayBuffer> = new TextEncoder().encode('keymeter/intake/v1');
/** Longest secret in bytes. A provider's key meets a header, a channel secret can be a long address. */
export const MAX_SECRET_BYTES: Readonly<Record<SecretField, number>> = { admin_key: 300, channel_secret: 700 };

const PUBLIC_KEY = /^(0|[1-9]\d{0,8}):([A-Za-z0-9_-]{43})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PROVIDER = /^[a-z][a-z0-9_]{0,39}$/;
const HOST = /^(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:]{2,45}\])(?::[1-9]\d{0,4})?$/;

/**
 * @param plaintext the secret as pasted, already checked and trimmed by the page
 * @throws SealError `crypto_unavailable` outside a secure context, else what its code says
 */
export async function sealForIntake(request: SealRequest, plaintext: string): Promise<string> {
  const { keyId, publicKey } = parseIntakePublicKey(request.publicKey);
  const associatedData = intakeAssociatedData(request);
  const suite = await intakeSuite();
  const secret = new TextEncoder().encode(plaintext);
  try {
    const limit = MAX_SECRET_BYTES[request.field ?? 'admin_key'];
    if (secret.length === 0 || secret.length > limit) throw new SealError('plaintext_length', `must be 1 to ${limit} bytes`);
    const recipientPublicKey = await suite.kem.importKey('raw', publicKey.buffer, true);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: INTAKE_INFO }, secret, associatedData);
    const blob = new Uint8Array(enc.byteLength + ct.byteLength);
    blob.set(new Uint8Array(enc), 0);
    blob.set(new Uint8Array(ct), enc.byteLength);
    return `kmi1:${keyId}:${toBase64Url(blob)}`;
  } catch (error) {
    throw error instanceof SealError ? error : new SealError('seal_failed', 'the key was not accepted or encryption failed');
  } finally {
    secret.fill(0);
  }
}

/**
 * May a key be pasted on this page? Over plain http to another machine the page itself could have been replaced on
 * the way, and browsers switch Web Crypto off. Loopback never leaves the machine.
 */
export function isSecureEnough(location: { protocol: string; hostname: string }): boolean {
  if (location.protocol === 'https:') return true;
  const host = location.hostname.toLowerCase();
  const loopback = host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
  return location.protocol === 'http:' && loopback;
}

/** Shared with the worker's side, so that both bind to the same bytes. @throws SealError `bad_binding` */
export function intakeAssociatedData(binding: IntakeBinding): Uint8Array<ArrayBuffer> {
  const wrong = Object.entries({
    orgId: UUID.test(binding.orgId),
    connectionId: UUID.test(binding.connectionId),
    provider: PROVIDER.test(binding.provider),
    host: HOST.test(binding.host),
  }).find(([, fits]) => !fits);
  if (wrong) throw new SealError('bad_binding', `${wrong[0]} has the wrong form`);
  return lengthPrefixed(binding.orgId, binding.connectionId, binding.provider, binding.host);
}

/**
 * The one cipher suite, on Web Crypto. Chromium before 133, Firefox before 130 and Safari before 17 lack X25519 there:
 * for them the curve alone is computed in JavaScript (same bytes on the wire), fetched only when it is needed.
 * @throws SealError `crypto_unavailable` where there is no Web Crypto at all, as on plain http
 */
export async function intakeSuite(): Promise<CipherSuite> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) throw new SealError('crypto_unavailable', 'Web Crypto is missing: the page is not in a secure context');
  const kem = (await hasNativeX25519(subtle))
    ? new DhkemX25519HkdfSha256()
    : new (await import('@hpke/dhkem-x25519')).DhkemX25519HkdfSha256();
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

async function hasNativeX25519(subtle: SubtleCrypto): Promise<boolean> {
  try {
    await subtle.importKey('raw', new Uint8Array(32).fill(9), 'X25519', false, []);
    return true;
  } catch {
    return false;
  }
}

function parseIntakePublicKey(text: string): { keyId: string; publicKey: Uint8Array<ArrayBuffer> } {
  const [, keyId, encoded] = PUBLIC_KEY.exec(text) ?? [];
  if (keyId === undefined || encoded === undefined) {
    throw new SealError('bad_public_key', 'must be <id>:<base64url of 32 bytes>');
  }
  const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
  return { keyId, publicKey: Uint8Array.from(binary, (char) => char.charCodeAt(0)) };
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
