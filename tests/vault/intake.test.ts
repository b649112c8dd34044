import { randomUUID } from 'node:crypto';
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 as JavaScriptX25519 } from '@hpke/dhkem-x25519';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { generateIntakeKeyPair } from '#lib/vault/generate.ts';
import { openIntake, parseIntakeKeys } from '#lib/vault/intake.ts';
import { isSecureEnough, sealForIntake } from '#lib/vault/seal.ts';
import type { IntakeBinding, SealError } from '#lib/vault/seal.ts';
import { asyncRefusal, freshKey, refusal } from '#tests/vault/fixtures.ts';

function freshIntake(id = 1) {
  const pair = generateIntakeKeyPair(id);
  const binding: IntakeBinding = { orgId: randomUUID(), connectionId: randomUUID(), provider: 'openai', host: 'api.openai.com' };
  return { publicKey: pair.INTAKE_PUBLIC_KEY, privateText: pair.INTAKE_PRIVATE_KEYS, keys: parseIntakeKeys(pair.INTAKE_PRIVATE_KEYS), binding };
}

const sealRefusal = (act: Promise<unknown>) => act.then(() => 'accepted', (error: SealError) => error.code);

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('sealing for the intake', () => {
  it('gives text that only the worker\'s private key opens', async () => {
    const { publicKey, keys, binding } = freshIntake(12);
    const key = freshKey();
    const sealed = await sealForIntake({ publicKey, ...binding }, key);
    expect(sealed).toMatch(/^kmi1:12:[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed.split(':')[2] ?? '', 'base64url').length).toBe(32 + key.length + 16);
    expect((await openIntake(keys, binding, sealed)).toString()).toBe(key);
    expect(await asyncRefusal(() => openIntake(freshIntake(12).keys, binding, sealed))).toBe('intake_authentication_failed');
  });

  it('is plain RFC 9180 base mode with the info and associated data that the format names', async () => {
    const { publicKey, privateText, binding } = freshIntake();
    const key = freshKey();
    const [, , blobText = ''] = (await sealForIntake({ publicKey, ...binding }, key)).split(':');
    const blob = new Uint8Array(Buffer.from(blobText, 'base64url'));
    const lp = (text: string) => Buffer.concat([Buffer.from([text.length >> 8, text.length & 255]), Buffer.from(text)]);
    const suite = new CipherSuite({ kem: new JavaScriptX25519(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
    const recipientKey = await suite.kem.importKey('raw', new Uint8Array(Buffer.from(privateText.slice(2), 'base64url')).buffer, false);
    const opened = await suite.open(
      { recipientKey, enc: blob.slice(0, 32), info: new TextEncoder().encode('keymeter/intake/v1') },
      blob.slice(32),
      Buffer.concat([lp(binding.orgId), lp(binding.connectionId), lp(binding.provider), lp(binding.host)]),
    );
    expect(Buffer.from(opened).toString()).toBe(key);
  });

  it('gives the same format where Web Crypto has no X25519 (older browsers), and the worker opens it', async () => {
    const { publicKey, keys, binding } = freshIntake();
    const real = crypto.subtle.importKey.bind(crypto.subtle);
    const isX25519 = (algorithm: unknown) => JSON.stringify(algorithm)?.includes('X25519');
    const importKey = vi.spyOn(crypto.subtle, 'importKey').mockImplementation(((...args: Parameters<typeof real>) =>
      isX25519(args[2]) ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : real(...args)) as typeof real);
    const sealed = await sealForIntake({ publicKey, ...binding }, 'sk-admin-old-browser');
    expect(importKey.mock.calls.filter((call) => isX25519(call[2]))).toHaveLength(1);
    importKey.mockRestore();
    expect((await openIntake(keys, binding, sealed)).toString()).toBe('sk-admin-old-browser');
  });

  it('never gives the same bytes twice, so that equal keys cannot be recognised', async () => {
    const { publicKey, binding } = freshIntake();
    const key = freshKey();
    const sealed = await Promise.all(Array.from({ length: 20 }, () => sealForIntake({ publicKey, ...binding }, key)));
    expect(new Set(sealed.map((text) => text.slice(7, 50))).size).toBe(20);
  });

  it.each([
    ['organisation', { orgId: randomUUID() }],
    ['connection', { connectionId: randomUUID() }],
    ['provider', { provider: 'anthropic' }],
    ['host', { host: 'api.openai.com.example.net' }],
  ])('binds the %s', async (_name, other) => {
    const { publicKey, keys, binding } = freshIntake();
    const sealed = await sealForIntake({ publicKey, ...binding }, freshKey());
    expect(await asyncRefusal(() => openIntake(keys, { ...binding, ...other }, sealed))).toBe('intake_authentication_failed');
  });

  it('carries a channel secret too, up to its own length', async () => {
    const { publicKey, keys, binding } = freshIntake();
    const channel = { ...binding, provider: 'slack', host: 'hooks.slack.com' };
    const address = `https://hooks.slack.com/services/${'T'.repeat(600)}`;
    const sealed = await sealForIntake({ publicKey, ...channel, field: 'channel_secret' }, address);
    expect((await openIntake(keys, channel, sealed)).toString()).toBe(address);
    expect(await sealRefusal(sealForIntake({ publicKey, ...channel }, address))).toBe('plaintext_length');
  });

  it.each(['', '1:', 'x'.repeat(43), `1:${'A'.repeat(42)}`, `01:${'A'.repeat(43)}`, `1:${'A'.repeat(42)}+`])('refuses the public key %j', async (publicKey) => {
    expect(await sealRefusal(sealForIntake({ publicKey, ...freshIntake().binding }, freshKey()))).toBe('bad_public_key');
  });

  it('refuses a public key that would make the shared secret known to everybody', async () => {
    const publicKey = `1:${Buffer.alloc(32).toString('base64url')}`;
    expect(await sealRefusal(sealForIntake({ publicKey, ...freshIntake().binding }, freshKey()))).toBe('seal_failed');
  });

  it.each([
    { orgId: 'ORG' },
    { connectionId: '11111111-1111-4111-8111-11111111111A' },
    { provider: 'Open AI' },
    { host: 'https://api.openai.com' },
    { host: 'api.openai.com/v1' },
    { host: 'user@api.openai.com' },
    { host: '' },
  ])('refuses the binding %j', async (wrong) => {
    const { publicKey, binding } = freshIntake();
    expect(await sealRefusal(sealForIntake({ publicKey, ...binding, ...wrong }, freshKey()))).toBe('bad_binding');
  });

  it.each(['', 'x'.repeat(301)])('refuses a secret of this length', async (text) => {
    const { publicKey, binding } = freshIntake();
    expect(await sealRefusal(sealForIntake({ publicKey, ...binding }, text))).toBe('plaintext_length');
  });

  it('says that the page is not secure where Web Crypto is switched off', async () => {
    vi.stubGlobal('crypto', {});
    const { publicKey, binding } = { publicKey: `1:${'A'.repeat(43)}`, binding: { orgId: '11111111-1111-4111-8111-111111111111', connectionId: '22222222-2222-4222-8222-222222222222', provider: 'openai', host: 'api.openai.com' } };
    expect(await sealRefusal(sealForIntake({ publicKey, ...binding }, freshKey()))).toBe('crypto_unavailable');
  });
});

describe('opening the intake', () => {
  it('refuses every single flipped bit and every truncation', async () => {
    const { publicKey, keys, binding } = freshIntake();
    const sealed = await sealForIntake({ publicKey, ...binding }, 'sk-admin-x');
    const bytes = Buffer.from(sealed, 'latin1');
    const changed = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return flipped.toString('latin1');
    }).concat(Array.from({ length: sealed.length }, (_, end) => sealed.slice(0, end)));
    const codes = await Promise.all(changed.map((text) => asyncRefusal(() => openIntake(keys, binding, text))));
    const refused = new Set(['intake_malformed', 'intake_unknown_key', 'intake_authentication_failed']);
    expect(changed).toHaveLength(sealed.length * 9);
    expect(codes.filter((code) => !refused.has(code))).toEqual([]);
  });

  it('tells a retired key from a wrong one', async () => {
    const { publicKey, binding, privateText } = freshIntake(1);
    const sealed = await sealForIntake({ publicKey, ...binding }, freshKey());
    expect(await asyncRefusal(() => openIntake(freshIntake(2).keys, binding, sealed))).toBe('intake_unknown_key');
    const both = parseIntakeKeys(`${generateIntakeKeyPair(2).INTAKE_PRIVATE_KEYS},${privateText}`);
    expect(both.ids).toEqual([2, 1]);
    expect((await openIntake(both, binding, sealed)).length).toBeGreaterThan(0);
  });

  it('reads its private keys strictly', () => {
    const { privateText } = freshIntake();
    expect(refusal(() => parseIntakeKeys(`${privateText},${privateText}`))).toBe('duplicate_key_id');
    expect(refusal(() => parseIntakeKeys(`${privateText},2${privateText.slice(1)}`))).toBe('secrets_not_distinct');
    expect(refusal(() => parseIntakeKeys(privateText.slice(0, -1)))).toBe('bad_key_length');
    expect(refusal(() => parseIntakeKeys(`1:${Buffer.alloc(32, 1).toString('base64url')}`))).toBe('weak_key');
    expect(refusal(() => parseIntakeKeys('nonsense'))).toBe('key_list_malformed');
  });
});

describe('a page on which a key may be pasted', () => {
  it.each(['https://keymeter.example', 'http://localhost:3000', 'http://app.localhost', 'http://127.0.0.1:3000', 'http://127.9.9.9', 'http://[::1]:3000'])('is %s', (address) => {
    expect(isSecureEnough(new URL(address))).toBe(true);
  });
  it.each(['http://keymeter.example', 'http://192.168.1.5', 'http://127.0.0.1.example.net', 'http://localhost.example.net', 'ftp://localhost', 'file:///tmp/x'])('is not %s', (address) => {
    expect(isSecureEnough(new URL(address))).toBe(false);
  });
});
