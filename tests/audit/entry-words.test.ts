/** The trail in words: every action that the migrations can append has them, and a body is never trusted to have a form. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actionWords, actorWords, entryDetail, purposeWords, TRAIL_ACTIONS } from '#lib/audit/entry-words.ts';

const migrations = globSync('supabase/migrations/*.sql').map((file) => readFileSync(file, 'utf8')).join('\n');

describe('actions', () => {
  it('that the database can append all have words', () => {
    const named = [...migrations.matchAll(/append_(?:audit|reported)\([^;]*?'([a-z_]+(?:\.[a-z_]+)+)'(?:[^;]*?else '([a-z_]+(?:\.[a-z_]+)+)')?/g)].flatMap(([, first, second]) => [first, second]);
    const things = [...migrations.matchAll(/audit_mutation\('([a-z_]+)'/g)].flatMap(([, thing]) => ['created', 'changed', 'deleted'].map((verb) => `${thing}.${verb}`));
    const all = [...named, ...things].filter((action) => action !== undefined);
    expect(all).toEqual(expect.arrayContaining(['key.open.attempt', 'key.replaced', 'key.stored', 'budget.deleted']));
    expect(all.filter((action) => !TRAIL_ACTIONS.includes(action) && !NEVER.has(action))).toEqual([]);
  });

  it('of a newer version stand for themselves', () => {
    expect(actionWords('gateway.opened')).toBe('gateway.opened');
  });
});

/** No privilege lets a client delete an organisation or a connection, or make an organisation. */
const NEVER = new Set(['organization.deleted', 'connection.deleted']);

describe('purposes', () => {
  it('that an opening can have all have words', () => {
    const purposes = [...migrations.matchAll(/\('(?:intake|envelope)', '((?!envelope)[a-z_]+)'\)/g)].map(([, purpose]) => purpose ?? '');
    expect(purposes.length).toBeGreaterThan(4);
    for (const purpose of purposes) expect(purposeWords(purpose)).not.toBe(purpose);
  });
});

describe('details', () => {
  it('show what changed, before and after', () => {
    expect(entryDetail('connection.changed', JSON.stringify({ changes: { label: ['A', 'B'], paused: ['false', 'true'] } }))).toBe('name: A → B; paused: false → true');
    expect(entryDetail('budget.created', JSON.stringify({ changes: { amount: [null, '12.50'] } }))).toBe('amount: 12.50');
  });

  it('name the attempt that an outcome belongs to', () => {
    expect(entryDetail('key.open.outcome', JSON.stringify({ attempt: 7, outcome: 'failure', code: 'key_rejected' }))).toBe('Entry 7: failure (key_rejected)');
  });

  it.each(['', 'null', '[]', '{', '{"changes":5}', '{"changes":{"a":null}}', '{"label":{"x":1}}'])('take %s for what it is', (body) => {
    for (const action of [...TRAIL_ACTIONS, 'unknown.thing']) expect(typeof entryDetail(action, body)).toBe('string');
  });

  it('stay one line', () => {
    expect(entryDetail('connection.changed', JSON.stringify({ changes: { label: ['x'.repeat(300), 'y'] } })).length).toBeLessThanOrEqual(160);
  });
});

describe('who', () => {
  it.each([
    [{ action: 'connection.changed', actor: 'id', actor_email: 'a@example.test' }, 'a@example.test'],
    [{ action: 'connection.changed', actor: 'id', actor_email: null }, 'A former member'],
    [{ action: 'key.open.attempt', actor: null, actor_email: null }, 'The worker'],
    [{ action: 'organization.created', actor: null, actor_email: null }, 'Keymeter'],
  ])('%o', (entry, words) => {
    expect(actorWords(entry)).toBe(words);
  });
});
