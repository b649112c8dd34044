import { describe, expect, it } from 'vitest';
import { decryptEnvelope, encryptEnvelope, parseEnvelope } from '#lib/vault/envelope.ts';
import { parseKeyring } from '#lib/vault/keyring.ts';
import { Secret } from '#lib/vault/secret.ts';
import { freshBinding, freshKey, freshKeyring, refusal } from '#tests/vault/fixtures.ts';

/** Bytes in the order version 01, u32be kek id, wrap iv, wrapped key and tag, iv, ciphertext and tag. */
const KNOWN_ANSWER =
  '0100000007202122232425262728292a2be9213e41858f803f1f86cb0afaab9a0c403fab8f6e024989b7167adf29f34f3407b4909b38c1472cf82a7926ef96721b' +
  '2c2d2e2f30313233343536372196087706fc8da21b83dcb2229814e638d74d2857058314b64fad14';

function counting(from: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => from + i));
}

const known = {
  keyring: parseKeyring(`7:${Buffer.alloc(32, 0x0a).toString('base64')}`, { allowWeakKeys: true }),
  binding: freshBinding({
    orgId: '11111111-1111-4111-8111-111111111111',
    connectionId: '22222222-2222-4222-8222-222222222222',
    kdfSalt: Buffer.alloc(32, 0x55),
  }),
};

function asBytes(text: string): string {
  const { kekId, wrapIv, wrapTag, wrappedKey, dataIv, dataTag, ciphertext } = parseEnvelope(text);
  const head = Buffer.from([1, 0, 0, 0, 0]);
  head.writeUInt32BE(kekId, 1);
  return Buffer.concat([head, wrapIv, wrappedKey, wrapTag, dataIv, ciphertext, dataTag]).toString('hex');
}

function sealed(text = freshKey()) {
  const keyring = freshKeyring();
  const binding = freshBinding();
  return { keyring, binding, text, envelope: encryptEnvelope(keyring, binding, Secret.fromText(text)) };
}

describe('the envelope at rest', () => {
  it('has exactly the bytes of the known answer', () => {
    const fixed = [counting(0x00, 32), counting(0x20, 12), counting(0x2c, 12)];
    const envelope = encryptEnvelope(known.keyring, known.binding, Secret.fromText('sk-admin-KAT'), () => fixed.shift() ?? Buffer.alloc(0));
    expect(fixed).toEqual([]);
    expect(asBytes(envelope)).toBe(KNOWN_ANSWER);
    expect(envelope).toBe(
      'km1:7:202122232425262728292a2b:07b4909b38c1472cf82a7926ef96721b:e9213e41858f803f1f86cb0afaab9a0c403fab8f6e024989b7167adf29f34f34' +
        ':2c2d2e2f3031323334353637:229814e638d74d2857058314b64fad14:2196087706fc8da21b83dcb2',
    );
    expect(decryptEnvelope(known.keyring, known.binding, envelope).toString()).toBe('sk-admin-KAT');
  });

  it('gives back what was put in, byte for byte', () => {
    for (const text of ['x', freshKey(), 'ключ-🔑', 'a'.repeat(4096)]) {
      const { keyring, binding, envelope } = sealed(text);
      expect(decryptEnvelope(keyring, binding, envelope).toString()).toBe(text);
    }
  });

  it('does not contain the plaintext in any encoding', () => {
    const { text, envelope } = sealed();
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
      expect(envelope).not.toContain(Buffer.from(text).toString(encoding).slice(0, 12));
    }
  });

  it('refuses every single flipped bit of its text', () => {
    const { keyring, binding, envelope } = sealed('sk-admin-every-bit');
    const bytes = Buffer.from(envelope, 'latin1');
    const accepted: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const code = refusal(() => decryptEnvelope(keyring, binding, flipped.toString('latin1')));
      if (!['envelope_malformed', 'unknown_key_id', 'authentication_failed'].includes(code)) accepted.push(`bit ${bit}: ${code}`);
    }
    expect(bytes.length).toBeGreaterThan(200);
    expect(accepted).toEqual([]);
  });

  it('refuses every single flipped bit of the bytes behind the text', () => {
    const { keyring, binding, envelope } = sealed('sk-admin-every-bit');
    const parts = envelope.split(':');
    const codes = new Set<string>();
    let tried = 0;
    for (let part = 2; part < parts.length; part++) {
      const bytes = Buffer.from(parts[part] ?? '', 'hex');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        codes.add(refusal(() => decryptEnvelope(keyring, binding, parts.with(part, flipped.toString('hex')).join(':'))));
        tried += 1;
      }
    }
    expect(tried).toBe((12 + 16 + 32 + 12 + 16 + 18) * 8);
    expect([...codes]).toEqual(['authentication_failed']);
  });

  it('refuses every truncation and every extension', () => {
    const { keyring, binding, envelope } = sealed();
    const changed = Array.from({ length: envelope.length }, (_, end) => envelope.slice(0, end));
    changed.push(`${envelope}0`, `${envelope}00`, `${envelope}:00`, `${envelope}\n`, ` ${envelope}`, envelope.toUpperCase());
    const codes = changed.map((text) => refusal(() => decryptEnvelope(keyring, binding, text)));
    expect(codes.filter((code) => code !== 'envelope_malformed' && code !== 'authentication_failed')).toEqual([]);
  });

  it.each([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17])('refuses tags of %i bytes', (length) => {
    const { keyring, binding, envelope } = sealed();
    const parts = envelope.split(':');
    for (const tag of [3, 6]) {
      const resized = (parts[tag] ?? '').padEnd(64, '0').slice(0, length * 2);
      expect(refusal(() => decryptEnvelope(keyring, binding, parts.with(tag, resized).join(':')))).toBe('envelope_malformed');
    }
  });

  it.each([
    ['organisation', { orgId: freshBinding().orgId }],
    ['connection', { connectionId: freshBinding().connectionId }],
    ['provider', { provider: 'anthropic' }],
    ['field', { field: 'channel_secret' as const }],
    ['salt', { kdfSalt: freshBinding().kdfSalt }],
  ])('does not open in the row of another %s', (_name, other) => {
    const { keyring, binding, envelope } = sealed();
    expect(refusal(() => decryptEnvelope(keyring, { ...binding, ...other }, envelope))).toBe('authentication_failed');
  });

  it('cannot be relabelled to another key of the ring, and an unknown key id is told apart', () => {
    const keyring = freshKeyring(1, 2);
    const binding = freshBinding();
    const envelope = encryptEnvelope(keyring, binding, Secret.fromText(freshKey()));
    expect(envelope.startsWith('km1:1:')).toBe(true);
    expect(refusal(() => decryptEnvelope(keyring, binding, envelope.replace('km1:1:', 'km1:2:')))).toBe('authentication_failed');
    expect(refusal(() => decryptEnvelope(keyring, binding, envelope.replace('km1:1:', 'km1:3:')))).toBe('unknown_key_id');
    expect(refusal(() => decryptEnvelope(freshKeyring(2), binding, envelope))).toBe('unknown_key_id');
    expect(refusal(() => decryptEnvelope(freshKeyring(1), binding, envelope))).toBe('authentication_failed');
    for (const id of ['01', '4294967296', '-1', '1e0', '']) {
      expect(refusal(() => decryptEnvelope(keyring, binding, envelope.replace('km1:1:', `km1:${id}:`)))).toBe('envelope_malformed');
    }
  });

  it('uses a fresh data key and fresh ivs every time', () => {
    const keyring = freshKeyring();
    const binding = freshBinding();
    const secret = Secret.fromText(freshKey());
    const drawn = 5_000;
    const seen = new Set<string>();
    for (let i = 0; i < drawn; i++) {
      const { wrapIv, wrappedKey, dataIv, ciphertext } = parseEnvelope(encryptEnvelope(keyring, binding, secret));
      for (const part of [wrapIv, wrappedKey, dataIv, ciphertext]) seen.add(part.toString('hex'));
    }
    expect(seen.size).toBe(drawn * 4);
  });

  it.each([
    ['upper-case organisation id', { orgId: '11111111-1111-4111-8111-11111111111A' }],
    ['short connection id', { connectionId: '22222222' }],
    ['empty provider', { provider: '' }],
    ['short salt', { kdfSalt: Buffer.alloc(16, 1) }],
  ])('is not made for a binding with this fault: %s', (_name, wrong) => {
    expect(refusal(() => encryptEnvelope(freshKeyring(), freshBinding(wrong), Secret.fromText(freshKey())))).toBe('bad_binding');
  });

  it('is not made of nothing, nor of more than 4096 bytes', () => {
    for (const text of ['', 'a'.repeat(4097)]) {
      expect(refusal(() => encryptEnvelope(freshKeyring(), freshBinding(), Secret.fromText(text)))).toBe('plaintext_length');
    }
  });

  it('overwrites its data key, also when encryption fails', () => {
    for (const [text, code] of [[freshKey(), 'accepted'], ['', 'plaintext_length']] as const) {
      const drawn: Buffer[] = [];
      const random = (size: number): Buffer => {
        const bytes = Buffer.alloc(size, 0xab);
        drawn.push(bytes);
        return bytes;
      };
      expect(refusal(() => encryptEnvelope(freshKeyring(), freshBinding(), Secret.fromText(text), random))).toBe(code);
      expect(drawn[0]).toEqual(Buffer.alloc(32));
    }
  });
});
