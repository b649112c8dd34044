import { describe, expect, it } from 'vitest';
import { addDays, day, eachDay } from '#lib/day.ts';
import { isSpikeDay } from '#scripts/stack/simulator/calendar.ts';
import { DayCache } from '#scripts/stack/simulator/day-cache.ts';
import { TEXT_MODELS } from '#scripts/stack/simulator/openai/models.ts';
import { totalsOf } from '#scripts/stack/simulator/totals.ts';
import { createWorld } from '#scripts/stack/simulator/world.ts';
import { pico } from './client.ts';

const NOW = new Date('2026-11-20T11:30:00Z');
const wholeDollars = (amount: string) => Number(pico(amount) / 10n ** 12n);
const billed = (provider: 'openai' | 'anthropic', from: string, to: string, options: Parameters<typeof createWorld>[0] = {}) =>
  totalsOf(createWorld(options), { provider, from: day(from), to: day(to) }, NOW);

describe('the world is the same for everybody who asks', () => {
  it('two worlds of one seed and customer agree in every row, whatever was asked first', () => {
    const backwards = createWorld();
    for (const d of eachDay(day('2026-10-01'), day('2026-11-01')).reverse()) backwards.anthropic.streamDays(d);
    for (const provider of ['openai', 'anthropic'] as const) {
      const question = { provider, from: day('2026-10-01'), to: day('2026-11-21') };
      expect(totalsOf(backwards, question, NOW)).toEqual(totalsOf(createWorld(), question, NOW));
    }
  });

  it('is pinned: these figures only change when somebody changes the world on purpose', () => {
    expect([billed('openai', '2026-10-01', '2026-11-01').billed, billed('anthropic', '2026-10-01', '2026-11-01').billed]).toMatchInlineSnapshot(`
      [
        "7087.29882132",
        "4959.242647893516",
      ]
    `);
  });

  it('another customer or another seed is another history with other ids', () => {
    const [demo, acme, reseeded] = [createWorld(), createWorld({ org: 'acme' }), createWorld({ seed: 'other' })];
    for (const provider of ['openai', 'anthropic'] as const) {
      expect(new Set([demo, acme, reseeded].map((world) => world[provider].directory.organization.id)).size).toBe(3);
      expect(new Set([demo, acme, reseeded].map((world) => totalsOf(world, { provider, from: day('2026-11-01'), to: day('2026-11-02') }, NOW).billed)).size).toBe(3);
    }
  });

  it('a date keeps its data when the clock moves on', () => {
    const question = { provider: 'openai', from: day('2026-11-10'), to: day('2026-11-11') } as const;
    expect(totalsOf(createWorld(), question, NOW).billedRows).toEqual(totalsOf(createWorld(), question, new Date('2027-02-01T00:00:00Z')).billedRows);
  });

  it('forgets days it has no room for, and makes them again as they were', () => {
    const cramped = createWorld({ cache: new DayCache(2) });
    const question = { provider: 'openai', from: day('2026-11-01'), to: day('2026-11-06') } as const;
    const first = totalsOf(cramped, question, NOW);
    cramped.openai.correct({ kind: 'correct_day', day: day('2026-11-02'), percent: 50 });
    expect(totalsOf(cramped, question, NOW)).not.toEqual(first);
    cramped.openai.dropCorrections();
    expect(totalsOf(cramped, question, NOW)).toEqual(first);
    expect(first).toEqual(totalsOf(createWorld(), question, NOW));
  });

  it('remembers 120 days, today included', () => {
    const first = addDays(day('2026-11-20'), -119);
    const totals = billed('openai', '2026-01-01', '2027-01-01');
    expect([totals.billedByDay[0]?.day, totals.billedByDay.at(-1)?.day, totals.billedByDay.length]).toEqual([first, '2026-11-20', 120]);
  });
});

describe('the world looks like a company', () => {
  const months = [['2026-08-01', '2026-09-01'], ['2026-09-01', '2026-10-01'], ['2026-10-01', '2026-11-01']] as const;

  it('spends 6 to 9 thousand dollars a month at OpenAI and 4 to 6 thousand at Anthropic, growing', () => {
    const openai = months.map(([from, to]) => wholeDollars(billed('openai', from, to).billed));
    const anthropic = months.map(([from, to]) => wholeDollars(billed('anthropic', from, to).billed));
    for (const amount of openai) expect(amount).toSatisfy((n: number) => n > 6000 && n < 9000);
    for (const amount of anthropic) expect(amount).toSatisfy((n: number) => n > 4000 && n < 6000);
    expect(openai).toEqual([...openai].sort((a, b) => a - b));
    expect(anthropic).toEqual([...anthropic].sort((a, b) => a - b));
  });

  it('works on weekdays, and has one runaway day late in the window', () => {
    const days = billed('openai', '2026-10-20', '2026-11-20').billedByDay;
    const onSpike = days.filter((total) => isSpikeDay(total.day));
    expect(onSpike.map((total) => total.day)).toEqual(['2026-11-17']);
    const amountOf = (d: string) => wholeDollars(days.find((total) => total.day === d)?.amount ?? '0');
    expect(amountOf('2026-11-17')).toBeGreaterThan(1.6 * amountOf('2026-11-10'));
    expect(amountOf('2026-11-14')).toBeLessThan(0.75 * amountOf('2026-11-12'));
  });

  it('bills at least eight models, over several projects and keys, and something to no project at all', () => {
    const { billedByModel, billedByProject, billedRows } = billed('openai', '2026-10-01', '2026-11-01');
    expect(billedByModel.filter(({ model }) => model !== null).length).toBeGreaterThanOrEqual(8);
    expect(billedByProject.length).toBeGreaterThanOrEqual(7);
    expect(billedByProject.some(({ project }) => project === null)).toBe(true);
    expect(new Set(billedRows.map(({ apiKey }) => apiKey)).size).toBeGreaterThan(8);
  });

  it('names a model differently in usage and on the bill, in both directions', () => {
    expect(TEXT_MODELS.astra.usageName.startsWith(`${TEXT_MODELS.astra.costName}-20`)).toBe(true);
    expect(TEXT_MODELS.luna.costName.startsWith(`${TEXT_MODELS.luna.usageName}-20`)).toBe(true);
  });

  it('has days on which a stream does nothing, a deleted key and an archived project with history', () => {
    const world = createWorld();
    const deleted = world.openai.directory.key('slack-helper');
    const archived = world.openai.directory.project('Spring prototype');
    const rows = totalsOf(world, { provider: 'openai', from: day('2026-09-01'), to: day('2026-11-21') }, NOW).billedRows;
    const lastDay = (wanted: (row: (typeof rows)[number]) => boolean) => rows.findLast(wanted)?.day ?? '';
    expect(lastDay((row) => row.apiKey === deleted.id)).toBe(addDays(deleted.deletedOn ?? day('1970-01-01'), -1));
    expect(lastDay((row) => row.project === archived.id)).toBe(addDays(archived.archivedOn ?? day('1970-01-01'), -1));
    expect(world.openai.streamDays(day('2026-11-15')).length).toBeLessThan(world.openai.streams.length);
  });
});
