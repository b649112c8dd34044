/**
 * Signed notes (the C2SP `signed-note` format, as transparency logs use it): text, a blank line, and a signature line
 * `— <key name> <base64 of key id || signature>`. Ed25519 over the text with its last newline;
 * key id = first 4 bytes of SHA-256(key name, 0A, 01, public key).
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AUDIT_KEY_NAME } from '#lib/audit-key-name.ts';

export interface NoteSigner {
  keyName: string;
  privateKey: KeyObject;
}

export interface NoteVerifier {
  keyName: string;
  publicKey: KeyObject;
}

export class NoteKeyError extends Error {
  override readonly name = 'NoteKeyError';
  readonly code = 'bad_audit_key';
  readonly detail: string;
  constructor(detail: string) {
    super('bad_audit_key');
    this.detail = detail;
  }
}

const KEY_NAME = /^[^\s+]+$/;
const RAW_KEY = /^[A-Za-z0-9_-]{43}$/;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const MAX_SIGNATURES = 100;
/** DER head of a PKCS#8 Ed25519 private key (RFC 8410), followed by the 32-byte seed. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Reads `AUDIT_SIGNING_KEY`, base64url of the 32-byte seed. @throws NoteKeyError */
export function readNoteSigner(seedText: string, keyName: string = AUDIT_KEY_NAME): NoteSigner {
  const seed = Buffer.from(seedText, 'base64url');
  if (!RAW_KEY.test(seedText) || seed.toString('base64url') !== seedText) throw new NoteKeyError('the signing key must be base64url of 32 bytes');
  if (!KEY_NAME.test(keyName)) throw new NoteKeyError('a key name has neither blanks nor a plus sign');
  const der = Buffer.concat([PKCS8_ED25519, seed]);
  try {
    return { keyName, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
  } finally {
    der.fill(0);
    seed.fill(0);
  }
}

/** Reads `AUDIT_PUBLIC_KEY`: `<key name>+<base64url of the 32 raw bytes>`. @throws NoteKeyError */
export function readNoteVerifier(text: string): NoteVerifier {
  const plus = text.lastIndexOf('+');
  const [keyName, raw] = [text.slice(0, plus), text.slice(plus + 1)];
  if (plus < 0 || !KEY_NAME.test(keyName) || !RAW_KEY.test(raw)) throw new NoteKeyError('the public key must be <key name>+<base64url of 32 bytes>');
  try {
    return { keyName, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' }) };
  } catch {
    throw new NoteKeyError('the public key is not an Ed25519 key');
  }
}

export function verifierOf(signer: NoteSigner): NoteVerifier {
  return { keyName: signer.keyName, publicKey: createPublicKey(signer.privateKey) };
}

/** @param text ends in a newline and has no blank line */
export function signNote(signer: NoteSigner, text: string): string {
  if (!text.endsWith('\n') || text.includes('\n\n') || text.startsWith('\n')) throw new RangeError('not the text of a note');
  const signature = Buffer.concat([keyId(verifierOf(signer)), sign(null, Buffer.from(text), signer.privateKey)]);
  return `${text}\n\u2014 ${signer.keyName} ${signature.toString('base64')}\n`;
}

/**
 * The signed text, or null when the note is malformed, not signed by this key, or changed. Signatures of other keys are
 * passed over; the first one that claims to be of this key decides.
 */
export function openNote(verifier: NoteVerifier, note: string): string | null {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n').map((line) => SIGNATURE_LINE.exec(line));
  if (lines.length > MAX_SIGNATURES || lines.includes(null)) return null;
  const id = keyId(verifier);
  for (const line of lines) {
    const encoded = line?.[2] ?? '';
    const signature = Buffer.from(encoded, 'base64');
    if (signature.toString('base64') !== encoded) return null;
    if (line?.[1] !== verifier.keyName || !signature.subarray(0, KEY_ID_BYTES).equals(id)) continue;
    const whole = signature.length === KEY_ID_BYTES + SIGNATURE_BYTES;
    return whole && verify(null, Buffer.from(text), verifier.publicKey, signature.subarray(KEY_ID_BYTES)) ? text : null;
  }
  return null;
}

function keyId({ keyName, publicKey }: NoteVerifier): Buffer {
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return createHash('sha256').update(`${keyName}\n\x01`).update(raw).digest().subarray(0, KEY_ID_BYTES);
}
