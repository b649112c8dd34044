import { describe, expect, it } from 'vitest';
import { eventView } from '#app/(dashboard)/alerts/_data/event-view.ts';
import type { EventContext } from '#app/(dashboard)/alerts/_data/event-view.ts';
import { groupEvents } from '#app/(dashboard)/alerts/_data/group-events.ts';
import type { AlertRow } from '#lib/alerts/read-alerts.ts';
import { alertRow, AT, deliveryRow } from './rows.ts';

const CONTEXT: EventContext = { deliveries: [deliveryRow()], periodStarts: new Map([['b1', new Date('2026-11-01T00:00:00Z')]]) };
const viewOf = (row: AlertRow, context: EventContext = CONTEXT) => eventView({ event: row, passed: [] }, context);

describe('a budget alert in the list', () => {
  it('says what happened, with the figures of that moment', () => {
    const view = viewOf(alertRow({ facts: { headline: 'Anthropic is over its November 2026 budget', percent: '103%', data_through: '2026-11-18T10:00:00Z', how_computed: ['Added up.'] } }));
    expect(view).toMatchObject({ title: 'Anthropic is over its November 2026 budget', figures: '$4,120.11 of $4,000.00 (103%)', state: { word: 'Open' }, tone: 'bad', quiet: false });
    expect(view.howComputed).toEqual(['Added up.', 'Data through 18 Nov 2026, 10:00 UTC.']);
    expect(view.deliveries.map(({ recipient, word }) => [recipient, word])).toEqual([['ann@example.test', 'sent']]);
  });

  it('still says it when nothing but the row is there', () => {
    expect(viewOf(alertRow({ budget_name: null, threshold: 'actual:bp:8000' }))).toMatchObject({ title: 'A budget that is gone passed 80% of its budget', figures: '$4,120.11 of $4,000.00' });
    expect(viewOf(alertRow({ facts: { headline: 7, how_computed: 'x', contributors: [{ name: 'a' }], unknown: null } })).title).toBe('Anthropic passed 100% of its budget');
  });

  it('is marked when it was found on connecting, and when its period is over', () => {
    expect(viewOf(alertRow({ on_connect: true })).onConnect).toBe(true);
    expect(viewOf(alertRow({ period_start: '2026-10-01 00:00:00+00' })).state.word).toBe('Period over');
    expect(viewOf(alertRow(), { ...CONTEXT, periodStarts: new Map() }).state.word).toBe('Open');
  });

  it('says how it ended: restated with both amounts, cleared by an edit, or gone with its budget', () => {
    const restated = viewOf(alertRow({ state: 'resolved', facts: { ended_by: 'restatement', restated_from: '4120.11', restated_to: '3990' } }));
    expect(restated).toMatchObject({ state: { word: 'Resolved' }, notes: ['Resolved: the provider restated this spend from $4,120.11 to $3,990.00.'] });
    expect(viewOf(alertRow({ state: 'cleared', facts: { ended_by: 'edit' } })).state.word).toBe('Cleared');
    expect(viewOf(alertRow({ state: 'cleared', facts: { ended_by: 'deleted' } }))).toMatchObject({ state: { word: 'Budget deleted' }, notes: ['The budget was deleted.'] });
  });

  it('names what was not in the figure', () => {
    const view = viewOf(alertRow({ facts: { unknown: [{ source: 'OpenAI “Main”', since: '2026-11-17T00:00:00Z' }], after_end: true } }));
    expect(view.notes).toEqual(['The period was over; its last days were reported only then.', 'OpenAI “Main” was unknown since 17 Nov 2026, 00:00 UTC: not in this figure.']);
  });
});

describe('a jump over several thresholds', () => {
  const told = alertRow({ id: 'told' });
  const lower = [alertRow({ id: 'p80', threshold: 'actual:bp:8000', message: false }), alertRow({ id: 'p50', threshold: 'actual:bp:5000', message: false })];

  it('is one alert with the lower ones as its footnote', () => {
    const groups = groupEvents([told, ...lower]);
    expect(groups).toHaveLength(1);
    expect(groups[0] && eventView(groups[0], CONTEXT).notes).toEqual(['50% and 80% passed at the same time, without a mail of their own.']);
  });

  it('is not mixed with what another evaluation, budget or period raised', () => {
    const others = [{ raised_at: '2026-11-18 10:02:11.123457+00' }, { budget_id: 'b2', rule: 'b2' }, { period_start: '2026-10-01 00:00:00+00' }];
    for (const other of others) expect(groupEvents([told, alertRow({ id: 'x', message: false, ...other })])).toHaveLength(2);
  });

  it('shows a lower one quietly when the told one stands on another page', () => {
    const [alone] = groupEvents([alertRow({ threshold: 'actual:bp:5000', message: false, facts: { period: 'November 2026', headline: 'Anthropic is over its November 2026 budget' } })]);
    expect(alone && eventView(alone, { ...CONTEXT, deliveries: [] })).toMatchObject({ quiet: true, title: 'Anthropic passed 50% of its November 2026 budget' });
  });
});

describe('a source that cannot be seen', () => {
  const trouble = alertRow({ kind: 'connection', rule: 'c1', budget_id: null, budget_name: null, connection_id: 'c1', connection_label: 'Main', amount: null, budget_amount: null, currency: null, threshold: 'blind:alert', facts: { reason: 'key_rejected', provider: 'openai', unknown_since: '2026-11-17T00:00:00Z' } });

  it('says why, since when, and where to act', () => {
    expect(viewOf(trouble)).toMatchObject({
      title: 'OpenAI refuses the key of “Main”',
      tone: 'bad',
      notes: ['Its spend is unknown from 17 Nov 2026, 00:00 UTC on.'],
      link: { href: '/settings/connections/c1' },
      figures: null,
    });
    expect(viewOf({ ...trouble, message: false, facts: { reason: 'overdue' } })).toMatchObject({ quiet: true, tone: 'warn', notes: ['A warning that is shown here only; a day of silence is told by mail.'] });
  });

  it('says when it works again', () => {
    expect(viewOf({ ...trouble, state: 'resolved', ended_at: '2026-11-19 08:00:00+00', facts: { ...trouble.facts, ended_by: 'synced' } })).toMatchObject({
      state: { word: 'Works again', tone: 'good' },
      notes: ['Its spend is unknown from 17 Nov 2026, 00:00 UTC to 19 Nov 2026, 08:00 UTC; the days in between were read afterwards.'],
    });
  });

  it('is told for every reason that the rules know', () => {
    for (const reason of ['key_rejected', 'silent_for_a_day', 'overdue']) expect(viewOf({ ...trouble, facts: { reason } }).title).not.toContain('cannot be read');
    expect(viewOf({ ...trouble, facts: { reason: 'new' } }).title).toBe('“Main” cannot be read');
  });
});

it('a test says that it is one, and who asked', () => {
  const view = viewOf(alertRow({ kind: 'test', threshold: 'r1', budget_id: null, budget_name: null, amount: null, budget_amount: null, state: 'resolved', facts: { asked_by: 'ann@example.test' }, ended_at: AT }));
  expect(view).toMatchObject({ title: 'A test of the alerts', state: { word: 'Test' }, notes: ['Nothing was crossed and nothing is wrong. Asked for by ann@example.test.'] });
});
