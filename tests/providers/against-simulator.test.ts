/**
 * The adapters over HTTP against the simulator's worlds: what they read must equal the totals that the simulator sums
 * from its world by a way of its own, to the last decimal.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, day, dayOf, eachDay } from '#lib/day.ts';
import { Money } from '#lib/money.ts';
import { createHttp, type Http } from '#lib/http.ts';
import { PROVIDERS, type CostFact, type ProviderName, type RangeReading, type UsageFact } from '#lib/providers/contract.ts';
import { providerHttp, type CountedProviderHttp } from '#lib/providers/http.ts';
import { modelFamily } from '#lib/providers/model-family.ts';
import { adapterFor } from '#lib/providers/registry.ts';
import { startSimulator, type Simulator } from '#scripts/stack/simulator/server.ts';
import type { BehaviourInput } from '#scripts/stack/simulator/behaviour.ts';
import type { Totals } from '#scripts/stack/simulator/totals.ts';

const NOW = new Date('2026-11-20T15:30:00Z');
const TO = day('2026-11-21');
const FROM = addDays(TO, -90);
const HOURLY_FROM = addDays(TO, -3);

let simulator: Simulator;
let dispatcher: Http;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => NOW });
  dispatcher = createHttp({ purpose: 'provider', allowedHosts: [], allowLoopback: true });
});
afterAll(async () => {
  await dispatcher.close();
  await simulator.close();
});

const httpFor = (provider: ProviderName, http: Http = dispatcher): CountedProviderHttp =>
  providerHttp({ adapter: adapterFor(provider), http, baseUrl: provider === 'openai' ? simulator.openaiBaseUrl : simulator.anthropicBaseUrl });
const issue = (provider: ProviderName, behaviour: BehaviourInput[] = [], org = 'demo') => simulator.control.issueKey({ provider, org, behaviour });
const read = (provider: ProviderName, key: string, over: { from?: typeof FROM; hourlyFrom?: typeof FROM; http?: Http } = {}): Promise<RangeReading> =>
  adapterFor(provider).read(httpFor(provider, over.http), { reveal: () => key }, { from: over.from ?? FROM, to: TO, hourlyFrom: over.hourlyFrom ?? HOURLY_FROM, now: NOW });
const totals = (provider: ProviderName, from = FROM, org = 'demo'): Totals => simulator.control.totals({ provider, from, to: TO, org });

/** Sums as text by key; zero sums are left out, for a provider sends no row for nothing. */
function sums<T>(items: readonly T[], keyOf: (item: T) => unknown, amountOf: (item: T) => Money): Record<string, string> {
  const byKey = new Map<string, Money>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    byKey.set(key, (byKey.get(key) ?? Money.zero('USD')).plus(amountOf(item)));
  }
  return Object.fromEntries([...byKey].filter(([, sum]) => !sum.isZero()).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, sum]) => [key, sum.toDecimal()]));
}
const usd = (text: string) => Money.parse(text, 'USD');
const costsOf = (reading: RangeReading): CostFact[] => reading.costs.flatMap(({ facts }) => facts);
/** A line item that does not begin with a model stays a product of its own, whatever model its text goes on to name. */
const modelOnBill = (row: { model: string | null; item: string }) => (row.item.startsWith('Scale Tier,') ? null : family(row.model));
const family = (model: string | null) => (model === null ? null : modelFamily(model));

function expectBilled(reading: RangeReading, truth: Totals): void {
  const facts = costsOf(reading);
  const amount = (fact: CostFact) => fact.amount;
  const apiKeys = reading.usage.some(({ surface }) => surface === 'completions');
  expect(facts.reduce((sum, fact) => sum.plus(fact.amount), usd('0')).toDecimal()).toBe(usd(truth.billed).toDecimal());
  expect(sums(facts, (f) => f.day, amount)).toEqual(sums(truth.billedByDay, (d) => d.day, (d) => usd(d.amount)));
  expect(sums(facts, (f) => family(f.dimensions.model), amount)).toEqual(sums(truth.billedRows, modelOnBill, (row) => usd(row.amount)));
  expect(sums(facts, (f) => f.dimensions.projectRef, amount)).toEqual(sums(truth.billedByProject, (p) => p.project, (p) => usd(p.amount)));
  expect(sums(facts, ({ day: d, dimensions: x }) => [d, x.projectRef, family(x.model), x.lineItem, apiKeys ? x.apiKeyRef : null], amount)).toEqual(
    sums(truth.billedRows, (row) => [row.day, row.project, modelOnBill(row), row.item, apiKeys ? row.apiKey : null], (row) => usd(row.amount)),
  );
}

interface Counts {
  input: bigint;
  cacheRead: bigint;
  cacheWrite: bigint;
  output: bigint;
  requests: bigint;
}
/** Tokens and requests by day, endpoint, model and project; rows without any are left out. */
function counted<T>(items: readonly T[], keyOf: (item: T) => unknown, countsOf: (item: T) => Counts): Record<string, string> {
  const byKey = new Map<string, Counts>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const [a, b] = [byKey.get(key), countsOf(item)];
    byKey.set(key, a ? { input: a.input + b.input, cacheRead: a.cacheRead + b.cacheRead, cacheWrite: a.cacheWrite + b.cacheWrite, output: a.output + b.output, requests: a.requests + b.requests } : b);
  }
  const rows = [...byKey].map(([key, c]) => [key, [c.input, c.cacheRead, c.cacheWrite, c.output, c.requests].join()] as const);
  return Object.fromEntries(rows.filter(([, text]) => text !== '0,0,0,0,0').sort(([a], [b]) => (a < b ? -1 : 1)));
}
/** Endpoints whose facts count tokens or model requests in the simulator's totals under the same meaning. */
const TOKEN_SURFACES = ['completions', 'decisions', 'embeddings', 'moderations', 'messages'];

function expectUsage(reading: RangeReading, truth: Totals): void {
  const facts = reading.usage.filter(({ surface }) => TOKEN_SURFACES.includes(surface)).flatMap((surface) => surface.facts);
  const withRequests = !facts.some(({ requests }) => requests === null);
  expect(facts.length).toBeGreaterThan(100);
  expect(
    counted(facts, ({ start, dimensions: d }: UsageFact) => [dayOf(start), d.surface, d.model, d.projectRef], (f) => ({
      input: f.inputTokens,
      cacheRead: f.cacheReadTokens,
      cacheWrite: f.cacheWriteTokens,
      output: f.outputTokens,
      requests: withRequests ? (f.requests ?? 0n) : 0n,
    })),
  ).toEqual(
    counted(truth.usageRows.filter(({ surface }) => TOKEN_SURFACES.includes(surface)), (r) => [r.day, r.surface, r.model, r.project], (r) => ({
      input: BigInt(r.inputTokens),
      cacheRead: BigInt(r.cacheReadTokens),
      cacheWrite: BigInt(r.cacheWriteTokens),
      output: BigInt(r.outputTokens),
      requests: withRequests ? BigInt(r.requests) : 0n,
    })),
  );
}

/** The same for what is not tokens: the fact's quantity against the counters of the world. */
function expectQuantities(reading: RangeReading, truth: Totals, counters: Record<string, string>): void {
  for (const [surface, counter] of Object.entries(counters)) {
    const facts = reading.usage.find((each) => each.surface === surface)?.facts ?? [];
    const rows = truth.usageRows.filter((row) => row.surface === surface);
    expect(rows.some((row) => (row.counters[counter] ?? 0) > 0), surface).toBe(true);
    expect(sums(facts, (f) => [dayOf(f.start), f.dimensions.projectRef], (f) => usd(f.quantity ?? '0')), surface).toEqual(
      sums(rows, (r) => [r.day, r.project], (r) => usd(String(r.counters[counter] ?? 0))),
    );
  }
}

describe('90 days', () => {
  it.each(PROVIDERS)('of %s equal the simulator’s totals by day, model, project, line item and key, to the last decimal', async (provider) => {
    const truth = totals(provider);
    expect(Number.parseInt(truth.billed, 10)).toBeGreaterThan(100);
    const reading = await read(provider, issue(provider));
    expectBilled(reading, truth);
    expectUsage(reading, truth);
    expect(reading.organizationRef).toBe(truth.organizationId);
    for (const { coveredDays, surface } of [...reading.costs, ...reading.usage]) expect(coveredDays, surface).toEqual(eachDay(FROM, TO));
    expect(reading.notes).toEqual([]);
  });

  it('count images, seconds, characters, sessions and searches as the world did', async () => {
    const counters = {
      images: 'images',
      audio_speeches: 'characters',
      audio_transcriptions: 'seconds',
      code_interpreter_sessions: 'requests',
      file_search_calls: 'requests',
      web_search_calls: 'requests',
    };
    expectQuantities(await read('openai', issue('openai')), totals('openai'), counters);
    expectQuantities(await read('anthropic', issue('anthropic')), totals('anthropic'), { messages: 'webSearches' });
  });

  it('are the same whether a day is read by the hour or whole', async () => {
    const from = addDays(TO, -7);
    for (const provider of PROVIDERS) {
      const key = issue(provider);
      const hourly = await read(provider, key, { from, hourlyFrom: from });
      const daily = await read(provider, key, { from, hourlyFrom: TO });
      expectUsage(hourly, totals(provider, from));
      expectUsage(daily, totals(provider, from));
    }
  });

  it('belong to the customer of the key and to no other', async () => {
    const reading = await read('openai', issue('openai', [], 'acme'));
    expectBilled(reading, totals('openai', FROM, 'acme'));
    expect(totals('openai', FROM, 'acme').billed).not.toBe(totals('openai').billed);
  });
});

describe('whatever form the truth is sent in', () => {
  it.each<[ProviderName, BehaviourInput]>([
    ['openai', { kind: 'amounts', as: 'text' }],
    ['openai', { kind: 'amounts', as: 'scientific' }],
    ['openai', { kind: 'unknown_fields' }],
    ['openai', { kind: 'unknown_enum' }],
    ['openai', { kind: 'missing_nested' }],
    ['openai', { kind: 'no_quantity_unit' }],
    ['anthropic', { kind: 'amounts', as: 'number' }],
    ['anthropic', { kind: 'amounts', as: 'scientific' }],
    ['anthropic', { kind: 'unknown_fields' }],
  ])('%s: %j changes no amount', async (provider, behaviour) => {
    const from = addDays(TO, -5);
    const reading = await read(provider, issue(provider, [behaviour]), { from });
    expect(costsOf(reading).reduce((sum, fact) => sum.plus(fact.amount), usd('0')).toDecimal()).toBe(usd(totals(provider, from).billed).toDecimal());
  });

  it.each(PROVIDERS)('%s: an answer too large for its pages is read in smaller ones, exactly', async (provider) => {
    const small = createHttp({ purpose: 'provider', allowedHosts: [], allowLoopback: true, maxBytes: 120_000 });
    try {
      const from = addDays(TO, -20);
      const reading = await read(provider, issue(provider), { from, http: small });
      expectBilled(reading, totals(provider, from));
      expectUsage(reading, totals(provider, from));
    } finally {
      await small.close();
    }
  });

  it('the organisation is known from a header, and unknown when nothing names it', async () => {
    const from = addDays(TO, -2);
    const header = await read('openai', issue('openai', [{ kind: 'hide_organization', rows: true, header: false }]), { from });
    expect(header.organizationRef).not.toBeNull();
    const silent = await read('openai', issue('openai', [{ kind: 'hide_organization' }]), { from });
    expect(silent.organizationRef).toBeNull();
  });

  it('an organisation whose costs cannot be split by user and project at once loses nothing', async () => {
    const from = addDays(TO, -5);
    const reading = await read('openai', issue('openai', [{ kind: 'refuse_user_with_project' }]), { from });
    expect(reading.notes).toEqual([]);
    expectBilled(reading, totals('openai', from));
    expectUsage(reading, totals('openai', from));
  });
});

describe('whatever goes wrong', () => {
  const from = addDays(TO, -3);
  it.each<[BehaviourInput, string]>([
    [{ kind: 'unauthorized' }, 'key_rejected'],
    [{ kind: 'forbidden' }, 'key_scope_missing'],
    [{ kind: 'not_found' }, 'provider_unavailable'],
    [{ kind: 'bad_request' }, 'request_refused'],
    [{ kind: 'rate_limited', retryAfter: 3 }, 'rate_limited'],
    [{ kind: 'rate_limited' }, 'rate_limited'],
    [{ kind: 'server_error', status: 500 }, 'provider_unavailable'],
    [{ kind: 'server_error', status: 529 }, 'provider_unavailable'],
    [{ kind: 'html_page', status: 502 }, 'provider_unavailable'],
    [{ kind: 'html_page', status: 200 }, 'provider_bad_answer'],
    [{ kind: 'html_page', status: 403 }, 'provider_unavailable'],
    [{ kind: 'close_connection' }, 'provider_unavailable'],
    [{ kind: 'truncate' }, 'provider_unavailable'],
    [{ kind: 'truncate', manner: 'quiet' }, 'provider_unavailable'],
    [{ kind: 'gzip_bomb' }, 'response_too_large'],
    [{ kind: 'big_body' }, 'response_too_large'],
    [{ kind: 'redirect' }, 'redirect_refused'],
    [{ kind: 'redirect', to: 'here', status: 308 }, 'redirect_refused'],
    [{ kind: 'amounts', as: 'negative', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'amounts', as: 'nan', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'amounts', as: 'nan_text', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'amounts', as: 'infinity_text', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'amounts', as: 'overflow', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'wrong_types' }, 'provider_bad_answer'],
    [{ kind: 'null_buckets', of: 'data', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'null_buckets', of: 'bucket', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'null_buckets', of: 'results', path: '/COST' }, 'provider_bad_answer'],
    [{ kind: 'repeat_cursor', path: '/COST' }, 'provider_pagination'],
    [{ kind: 'cursor_missing', path: '/COST' }, 'provider_pagination'],
    [{ kind: 'endless_pages', path: '/COST' }, 'provider_pagination'],
  ])('%j is %s, without the key in the error', async (behaviour, code) => {
    for (const provider of PROVIDERS) {
      const key = issue(provider, [JSON.parse(JSON.stringify(behaviour).replace('/COST', provider === 'openai' ? '/organization/costs' : '/v1/organizations/cost_report')) as BehaviourInput]);
      // A range of several pages, so that there is a cursor to get wrong.
      const wide = behaviour.kind === 'repeat_cursor' || behaviour.kind === 'cursor_missing' ? addDays(TO, -200) : from;
      const error = await read(provider, key, { from: wide }).then(
        () => 'no error',
        (thrown: unknown) => thrown,
      );
      expect(error, provider).toMatchObject({ name: 'ProviderError', code });
      expect(JSON.stringify({ ...(error as object), message: (error as Error).message, stack: (error as Error).stack })).not.toContain(key.slice(-20));
    }
    expect(simulator.control.foreignVisits()).toEqual([]);
  });

  it('the total deadline ends answers that never come or drip', async () => {
    const quick = createHttp({ purpose: 'provider', allowedHosts: [], allowLoopback: true, deadlineMs: 400 });
    try {
      for (const behaviour of [{ kind: 'no_headers' }, { kind: 'slow_body', everyMs: 100 }, { kind: 'delay', ms: 5000 }] as BehaviourInput[]) {
        await expect(read('openai', issue('openai', [behaviour]), { from, http: quick }), behaviour.kind).rejects.toMatchObject({ code: 'provider_timeout' });
      }
    } finally {
      await quick.close();
    }
  });

  it.each(PROVIDERS)('%s: a day without its bucket is not covered and has no facts, the others stay', async (provider) => {
    const gone = addDays(TO, -2);
    const path = provider === 'openai' ? '/organization/costs' : '/v1/organizations/cost_report';
    const reading = await read(provider, issue(provider, [{ kind: 'missing_bucket', day: gone, path }]), { from: addDays(TO, -4) });
    expect(reading.costs[0]?.coveredDays).toEqual(eachDay(addDays(TO, -4), TO).filter((d) => d !== gone));
    expect(costsOf(reading).some((fact) => fact.day === gone)).toBe(false);
  });

  it('a late correction is what is read next', async () => {
    const key = issue('anthropic', [], 'corrected');
    const before = await read('anthropic', key, { from });
    simulator.control.misbehave(key, { kind: 'correct_day', day: addDays(TO, -2), percent: 50 });
    const after = await read('anthropic', key, { from });
    expectBilled(after, totals('anthropic', from, 'corrected'));
    const sum = (reading: RangeReading) => costsOf(reading).reduce((total, fact) => total.plus(fact.amount), usd('0'));
    expect(sum(after).compare(sum(before))).toBe(1);
  });
});

describe('keys and names', () => {
  it.each(PROVIDERS)('%s: verifies a key and names every project and key that the facts mention and the provider still knows', async (provider) => {
    const key = simulator.control.issueKey({ provider, expiresAt: new Date('2027-01-01T00:00:00Z') });
    const verification = await adapterFor(provider).verify(httpFor(provider), { reveal: () => key }, NOW);
    expect(verification).toMatchObject({ organizationRef: totals(provider).organizationId, capabilities: { cost: true, usage: true, names: true } });
    expect(verification.keyExpiresAt).toEqual(provider === 'openai' ? new Date('2027-01-01T00:00:00Z') : null);
    const names = await adapterFor(provider).readNames(httpFor(provider), { reveal: () => key });
    const projects = new Set(names.filter(({ kind }) => kind === 'project').map(({ ref }) => ref));
    const reading = await read(provider, key, { from: addDays(TO, -30) });
    const used = new Set(costsOf(reading).flatMap(({ dimensions }) => dimensions.projectRef ?? []));
    expect(used.size).toBeGreaterThan(1);
    expect([...used].filter((ref) => !projects.has(ref))).toEqual([]);
    expect(names.filter(({ kind, name }) => kind === 'api_key' && name !== null).length).toBeGreaterThan(3);
    expect(names.every(({ hint }) => hint === null || hint.length < 60)).toBe(true);
  });

  it('a restricted key works with one warning, one without the scope is refused, other kinds are not even sent', async () => {
    const verify = (key: string, provider: ProviderName = 'openai') => adapterFor(provider).verify(httpFor(provider), { reveal: () => key }, NOW);
    const usageOnly = simulator.control.issueKey({ provider: 'openai', scopes: ['api.usage.read'] });
    expect(await verify(usageOnly)).toMatchObject({ warnings: ['names_scope_missing'], capabilities: { names: false } });
    const namesOnly = simulator.control.issueKey({ provider: 'openai', scopes: ['api.management.read'] });
    await expect(verify(namesOnly)).rejects.toMatchObject({ code: 'key_scope_missing', detail: expect.stringContaining('api.usage.read') });
    for (const [provider, kind] of [['openai', 'project'], ['openai', 'service_account'], ['openai', 'ordinary'], ['anthropic', 'ordinary'], ['anthropic', 'enterprise'], ['anthropic', 'oauth']] as const) {
      const key = simulator.control.issueKey({ provider, kind });
      await expect(verify(key, provider), kind).rejects.toMatchObject({ code: 'key_wrong_kind' });
      expect(simulator.control.requests(key)).toEqual([]);
    }
    const revoked = simulator.control.issueKey({ provider: 'anthropic' });
    simulator.control.revokeKey(revoked);
    await expect(verify(revoked, 'anthropic')).rejects.toMatchObject({ code: 'key_rejected' });
  });

  it('keys of both shapes carry the same names and workspaces', async () => {
    const shapes = await Promise.all(
      (['older', 'newer', 'both'] as const).map(async (shape) => {
        const key = issue('anthropic', [{ kind: 'api_key_shape', shape }]);
        return adapterFor('anthropic').readNames(httpFor('anthropic'), { reveal: () => key });
      }),
    );
    expect(shapes[1]).toEqual(shapes[0]);
    expect(shapes[2]).toEqual(shapes[0]);
  });
});
