import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, readUnverifiedCheckpoint, signCheckpoint } from '#lib/audit/checkpoint.ts';
import { openNote, readNoteSigner, readNoteVerifier, signNote, verifierOf } from '#lib/audit/signed-note.ts';
import { generateAuditKeyPair } from '#lib/vault/generate.ts';

const org = '11111111-1111-4111-8111-111111111111';
const checkpoint = { org, seq: 42n, head: 'ab'.repeat(32), time: new Date('2026-11-01T02:03:04.005Z') };

function freshKeys() {
  const pair = generateAuditKeyPair();
  return { ...pair, signer: readNoteSigner(pair.AUDIT_SIGNING_KEY), verifier: readNoteVerifier(pair.AUDIT_PUBLIC_KEY) };
}

describe('a signed note', () => {
  it('is read as other implementations write it', () => {
    const raw = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1);
    const verifier = { keyName: 'PeterNeumann', publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' }) };
    const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const note = `${text}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    expect(openNote(verifier, note)).toBe(text);
  });

  it('passes over signatures of other keys and is decided by its own', () => {
    const { signer, verifier } = freshKeys();
    const [body = '', own = ''] = signNote(signer, 'text\n').split('\n\n');
    const [, other = ''] = signNote(freshKeys().signer, 'text\n').split('\n\n');
    expect(openNote(verifier, `${body}\n\n${other}${own}`)).toBe('text\n');
    expect(openNote(verifier, `${body}\n\n${other}`)).toBeNull();
    expect(openNote(verifier, `changed\n\n${own}`)).toBeNull();
    expect(openNote(verifier, `${body}\n\n${own.replace('keymeter', 'keymeter2')}`)).toBeNull();
  });

  it('refuses texts that would not read back, and keys that are none', () => {
    const { signer } = freshKeys();
    for (const text of ['', 'no newline', 'a\n\nb\n', '\n']) expect(() => signNote(signer, text)).toThrow(RangeError);
    for (const key of ['', 'x', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}B`]) expect(() => readNoteSigner(key)).toThrow(expect.objectContaining({ code: 'bad_audit_key' }));
    for (const key of ['', 'noplus', `a b+${'A'.repeat(43)}`, `+${'A'.repeat(43)}`, 'name+short']) {
      expect(() => readNoteVerifier(key)).toThrow(expect.objectContaining({ code: 'bad_audit_key' }));
    }
  });
});

describe('a checkpoint', () => {
  it('says organisation, place, head and time, and reads back', () => {
    const { signer, verifier } = freshKeys();
    const note = signCheckpoint(signer, checkpoint);
    expect(note.split('\n').slice(0, 5)).toEqual([`keymeter.audit/${org}`, '42', Buffer.from('ab'.repeat(32), 'hex').toString('base64'), '2026-11-01T02:03:04.005Z', '']);
    expect(note).toMatch(/\n\n\u2014 keymeter\.audit [A-Za-z0-9+/]+=*\n$/);
    expect(openCheckpoint(verifier, note)).toEqual(checkpoint);
    expect(openCheckpoint(verifierOf(signer), note)).toEqual(checkpoint);
    expect(readUnverifiedCheckpoint(note)).toEqual(checkpoint);
  });

  it('does not open when any single bit of it is flipped', () => {
    const { signer, verifier } = freshKeys();
    const bytes = Buffer.from(signCheckpoint(signer, checkpoint));
    const opened: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (openCheckpoint(verifier, flipped.toString('utf8')) !== null) opened.push(bit);
    }
    expect(bytes.length).toBeGreaterThan(200);
    expect(opened).toEqual([]);
  });

  it('does not open with another key, nor when something else was signed by the right one', () => {
    const { signer, verifier } = freshKeys();
    const note = signCheckpoint(signer, checkpoint);
    expect(openCheckpoint(freshKeys().verifier, note)).toBeNull();
    expect(openCheckpoint(verifier, signNote(signer, 'keymeter.audit/x\n1\n'))).toBeNull();
    expect(readUnverifiedCheckpoint('')).toBeNull();
  });

  it('is not made for a place that no chain has', () => {
    const { signer } = freshKeys();
    for (const wrong of [{ seq: 0n }, { head: 'ab' }, { org: 'x' }]) expect(() => signCheckpoint(signer, { ...checkpoint, ...wrong })).toThrow(RangeError);
  });
});
