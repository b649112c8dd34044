import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptEnvelope } from '#lib/vault/envelope.ts';
import { generateIntakeKeyPair } from '#lib/vault/generate.ts';
import { parseIntakeKeys } from '#lib/vault/intake.ts';
import { openKey } from '#lib/vault/open.ts';
import type { KeyLedger, OpenDependencies, OpeningOutcome, OpenRequest, SealedRow } from '#lib/vault/open.ts';
import { sealForIntake } from '#lib/vault/seal.ts';
import { Secret } from '#lib/vault/secret.ts';
import { VaultError } from '#lib/vault/vault-error.ts';
import { asyncRefusal, freshBinding, freshKey, freshKeyring, refusal } from '#tests/vault/fixtures.ts';

/** Keeps the rules of the database's side in memory: committed first, given once, ended once. */
function fakeLedger(row: SealedRow, faults: Partial<KeyLedger> = {}) {
  const steps: string[] = [];
  const outcomes: OpeningOutcome[] = [];
  const attempts = new Map<string, 'open' | 'taken' | 'ended'>();
  const ledger: KeyLedger = {
    begin: async () => {
      steps.push('begin');
      const seq = String(attempts.size + 41);
      attempts.set(seq, 'open');
      return { seq };
    },
    take: async (_org, seq) => {
      steps.push('take');
      if (attempts.get(seq) !== 'open') throw new VaultError('opening_refused', 'opening_already_used');
      attempts.set(seq, 'taken');
      return row;
    },
    end: async (_org, seq, outcome) => {
      steps.push('end');
      attempts.set(seq, 'ended');
      outcomes.push({ ...outcome });
    },
    ...faults,
  };
  return { ledger, steps, outcomes };
}

function scene(faults: Partial<KeyLedger> = {}, change: Partial<SealedRow> = {}) {
  const keyring = freshKeyring();
  const binding = freshBinding();
  const text = freshKey();
  const row: SealedRow = {
    form: 'envelope',
    text: encryptEnvelope(keyring, binding, Secret.fromText(text)),
    kdfSalt: binding.kdfSalt,
    provider: binding.provider,
    host: 'api.openai.com',
    field: binding.field,
    connectionId: binding.connectionId,
    ...change,
  };
  const request: OpenRequest = {
    orgId: binding.orgId, connectionId: binding.connectionId, field: 'admin_key', form: row.form,
    purpose: 'scheduled_sync', jobId: 'job-1', workerId: 'worker-1', leaseSeconds: 60,
  };
  const fake = fakeLedger(row, faults);
  const lost: unknown[] = [];
  let now = 0n;
  const dependencies: OpenDependencies = {
    ledger: fake.ledger,
    keyring,
    intakeKeys: parseIntakeKeys(generateIntakeKeyPair(1).INTAKE_PRIVATE_KEYS),
    failureCodes: ['key_rejected'],
    onOutcomeLost: (what) => lost.push(what),
    clock: () => (now += 1_500_000n),
  };
  return { dependencies, request, text, lost, ...fake };
}

describe('opening a key', () => {
  it('records the attempt, takes, calls back once with the plaintext, and records the outcome, in this order', async () => {
    const { dependencies, request, text, steps, outcomes } = scene();
    const result = await openKey(dependencies, request, async (secret, opening) => {
      steps.push('use');
      expect(secret.reveal()).toBe(text);
      expect(opening).toMatchObject({ orgId: request.orgId, connectionId: request.connectionId, seq: '41', provider: 'openai', host: 'api.openai.com' });
      expect(opening).not.toHaveProperty('text');
      opening.countCall();
      opening.countCall();
      return 'result';
    });
    expect(result).toBe('result');
    expect(steps).toEqual(['begin', 'take', 'use', 'end']);
    expect(outcomes).toEqual([{ outcome: 'success', code: null, heldMicros: 1500, providerCalls: 2 }]);
  });

  it('waits until the attempt is committed before it asks for anything', async () => {
    let committed = false;
    const { dependencies, request, outcomes } = scene();
    const { begin, take } = dependencies.ledger;
    dependencies.ledger.begin = async (asked) => {
      const attempt = await begin(asked);
      await new Promise((resolve) => setImmediate(resolve));
      committed = true;
      return attempt;
    };
    dependencies.ledger.take = async (...args) => {
      expect(committed).toBe(true);
      return take(...args);
    };
    await openKey(dependencies, request, async () => undefined);
    expect(outcomes).toHaveLength(1);
  });

  it.each([
    ['rejects', async () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))],
    ['throws at once', () => { throw Object.assign(new Error('x'), { code: '53100' }); }],
  ])('does nothing at all when the attempt cannot be recorded: no plaintext, no callback, no provider call (ledger %s)', async (_how, begin) => {
    const { dependencies, request, steps, outcomes } = scene({ begin });
    let called = 0;
    expect(await asyncRefusal(() => openKey(dependencies, request, async () => (called += 1)))).toBe('audit_unavailable');
    expect(called).toBe(0);
    expect(steps).toEqual([]);
    expect(outcomes).toEqual([]);
  });

  it('names the ledger\'s error by its code only', async () => {
    const begin = async () => Promise.reject(Object.assign(new Error('password for 10.0.0.1 wrong'), { code: '28P01' }));
    const { dependencies, request } = scene({ begin });
    await expect(openKey(dependencies, request, async () => 1)).rejects.toMatchObject({
      detail: 'the attempt could not be recorded, so the key was not opened (28P01)',
    });
  });

  it('passes on the ledger\'s refusal, and opens nothing', async () => {
    const { dependencies, request, steps } = scene({ begin: async () => Promise.reject(new VaultError('opening_refused', 'connection_paused')) });
    await expect(openKey(dependencies, request, async () => 1)).rejects.toMatchObject({ code: 'opening_refused', detail: 'connection_paused' });
    expect(steps).toEqual([]);
  });

  it('records a refused second take as a failure, and calls nothing', async () => {
    const { dependencies, request, outcomes } = scene();
    await dependencies.ledger.begin(request);
    await dependencies.ledger.take(request.orgId, '41');
    dependencies.ledger.begin = async () => ({ seq: '41' });
    let called = 0;
    expect(await asyncRefusal(() => openKey(dependencies, request, async () => (called += 1)))).toBe('opening_refused');
    expect(called).toBe(0);
    expect(outcomes).toEqual([{ outcome: 'failure', code: 'opening_refused', heldMicros: 0, providerCalls: 0 }]);
  });

  it.each([
    ['unavailable text', { take: async () => Promise.reject(new Error('boom sk-admin-quoted')) }, {}, 'sealed_text_unavailable'],
    ['another connection\'s text', {}, { connectionId: randomUUID() }, 'sealed_text_unavailable'],
    ['another field\'s text', {}, { field: 'channel_secret' as const }, 'sealed_text_unavailable'],
    ['another provider\'s row', {}, { provider: 'anthropic' }, 'authentication_failed'],
    ['another organisation\'s salt', {}, { kdfSalt: freshBinding().kdfSalt }, 'authentication_failed'],
    ['a broken envelope', {}, { text: 'km1:1:zz' }, 'envelope_malformed'],
    ['a sealed text that is none', {}, { form: 'intake' as const, text: 'kmi1:1:zz' }, 'intake_malformed'],
  ])('records %s as a failure, and calls nothing', async (_name, faults, change, code) => {
    const { dependencies, request, outcomes } = scene(faults, change);
    let called = 0;
    expect(await asyncRefusal(() => openKey(dependencies, request, async () => (called += 1)))).toBe(code);
    expect(called).toBe(0);
    expect(outcomes).toEqual([{ outcome: 'failure', code, heldMicros: 0, providerCalls: 0 }]);
  });

  it('records a failing callback by a code of the closed list, and lets the very error through', async () => {
    for (const [thrown, code] of [
      [Object.assign(new Error('x'), { code: 'key_rejected' }), 'key_rejected'],
      [Object.assign(new Error('x'), { code: 'sk-admin-in-a-code' }), 'callback_failed'],
      [new Error('sk-admin-in-a-message'), 'callback_failed'],
      ['sk-admin-thrown-text', 'callback_failed'],
      [null, 'callback_failed'],
    ] as const) {
      const { dependencies, request, outcomes } = scene();
      await expect(
        openKey(dependencies, request, async (_secret, opening) => {
          opening.countCall();
          throw thrown;
        }),
      ).rejects.toBe(thrown);
      expect(outcomes).toEqual([{ outcome: 'failure', code, heldMicros: 1500, providerCalls: 1 }]);
    }
  });

  it('overwrites the plaintext before the outcome is written, whatever the callback did with it', async () => {
    for (const fails of [false, true]) {
      let escaped: Secret | undefined;
      let bytes: Buffer | undefined;
      const { dependencies, request } = scene();
      const { end } = dependencies.ledger;
      dependencies.ledger.end = async (...args) => {
        expect(bytes?.every((byte) => byte === 0)).toBe(true);
        await end(...args);
      };
      const opened = openKey(dependencies, request, async (secret) => {
        escaped = secret;
        bytes = secret.withBytes((lent) => lent);
        expect(bytes.some((byte) => byte !== 0)).toBe(true);
        if (fails) throw new Error('x');
      });
      expect(await opened.then(() => 'ended', () => 'failed')).toBe(fails ? 'failed' : 'ended');
      expect(refusal(() => escaped?.reveal())).toBe('secret_disposed');
    }
  });

  it('keeps the callback\'s result when the outcome cannot be written, and reports the loss', async () => {
    const { dependencies, request, lost } = scene({ end: async () => Promise.reject(new Error('gone')) });
    expect(await openKey(dependencies, request, async () => 'kept')).toBe('kept');
    expect(lost).toMatchObject([{ orgId: request.orgId, seq: '41', outcome: { outcome: 'success' } }]);
    await expect(openKey(dependencies, request, async () => Promise.reject(new Error('own error')))).rejects.toThrow('own error');
    expect(lost).toHaveLength(2);
  });

  it('opens what a browser sealed, under the same rules', async () => {
    const pair = generateIntakeKeyPair(1);
    const text = freshKey();
    const { dependencies, request, outcomes } = scene({}, { form: 'intake' });
    const sealed = await sealForIntake(
      { publicKey: pair.INTAKE_PUBLIC_KEY, orgId: request.orgId, connectionId: request.connectionId, provider: 'openai', host: 'api.openai.com' },
      text,
    );
    const { take } = dependencies.ledger;
    dependencies.ledger.take = async (...args) => ({ ...(await take(...args)), text: sealed });
    dependencies.intakeKeys = parseIntakeKeys(pair.INTAKE_PRIVATE_KEYS);
    expect(await openKey(dependencies, request, async (secret) => secret.reveal())).toBe(text);
    dependencies.intakeKeys = parseIntakeKeys(generateIntakeKeyPair(1).INTAKE_PRIVATE_KEYS);
    expect(await asyncRefusal(() => openKey(dependencies, request, async () => 1))).toBe('intake_authentication_failed');
    expect(outcomes.map(({ outcome, code }) => code ?? outcome)).toEqual(['success', 'intake_authentication_failed']);
  });
});
