/** Entries of the trail in words. The words only explain: what counts is the body, verbatim, beside them. */

const ACTIONS: Readonly<Record<string, string>> = {
  'organization.created': 'Organisation created',
  'organization.changed': 'Organisation changed',
  'membership.created': 'Member added',
  'membership.changed': 'Member’s role changed',
  'membership.deleted': 'Member removed',
  'session.signed_in': 'Signed in',
  'connection.created': 'Key handed over for a new connection',
  'connection.changed': 'Connection changed',
  'key.received': 'Key handed over to replace one',
  'key.stored': 'Key accepted and encrypted',
  'key.replaced': 'Key replaced, old one destroyed',
  'key.refused': 'Pasted key refused and destroyed',
  'key.purged': 'Key purged',
  'key.open.attempt': 'Key opened',
  'key.open.outcome': 'Opening ended',
  'sync.requested': 'Sync asked for',
  'budget.created': 'Budget set',
  'budget.changed': 'Budget changed',
  'budget.deleted': 'Budget deleted',
  'alert.test_requested': 'Test alert asked for',
};

export const TRAIL_ACTIONS: readonly string[] = Object.keys(ACTIONS);

/** `connection.changed` -> `Connection changed`; an action of a newer version stands for itself. */
export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

const PURPOSES: Readonly<Record<string, string>> = {
  verify_key: 'Check a new key',
  replace_key: 'Check a replacement key',
  scheduled_sync: 'Scheduled sync',
  sync_now: 'Sync asked for',
  backfill: 'Read the past',
};

/** What a key was opened for. */
export function purposeWords(purpose: string): string {
  return PURPOSES[purpose] ?? purpose;
}

const COLUMNS: Readonly<Record<string, string>> = {
  label: 'name', paused: 'paused', sync_interval_minutes: 'interval in minutes', status: 'status', status_code: 'status code', name: 'name', amount: 'amount', role: 'role',
  thresholds: 'thresholds', period: 'period', zone: 'time zone', scope_kind: 'scope', scope_ref: 'scope', currency: 'currency', provider: 'provider', host: 'host',
};
const MAX_DETAIL = 160;

/** One line about what the entry holds, out of its body; empty when the action says it all. */
export function entryDetail(action: string, body: string): string {
  const held = fieldsOf(body);
  const text = (name: string): string => (typeof held[name] === 'string' || typeof held[name] === 'number' ? String(held[name]) : '');
  switch (action) {
    case 'connection.created':
      return cut(`“${text('label')}” at ${text('host')}`);
    case 'key.open.attempt':
      return cut(`${purposeWords(text('purpose'))}, “${text('label')}”`);
    case 'key.open.outcome':
      return cut(`Entry ${text('attempt')}: ${text('outcome')}${text('code') ? ` (${text('code')})` : ''}`);
    case 'key.stored':
    case 'key.replaced':
      return `${text('prefix')}…${text('last_four')}`;
    case 'key.refused':
      return cut(text('code'));
    case 'key.purged':
      return held.with_data === true ? 'With its data' : 'Data kept';
    default:
      return cut(changes(held.changes));
  }
}

function changes(given: unknown): string {
  if (typeof given !== 'object' || given === null) return '';
  return Object.entries(given)
    .map(([column, pair]) => {
      const [before, after] = Array.isArray(pair) ? (pair as unknown[]) : [];
      return `${COLUMNS[column] ?? column.replaceAll('_', ' ')}: ${before === null || before === undefined ? '' : `${shown(before)} → `}${shown(after)}`;
    })
    .join('; ');
}

const shown = (value: unknown): string => (value === null || value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value));
const cut = (line: string): string => (line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL - 1)}…` : line);

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const held: unknown = JSON.parse(body);
    return typeof held === 'object' && held !== null ? (held as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Who did it: a member by mail address, the worker, or somebody who is no member any more. */
export function actorWords({ action, actor, actor_email: email }: { action: string; actor: string | null; actor_email: string | null }): string {
  if (email !== null) return email;
  if (actor !== null) return 'A former member';
  return action.startsWith('key.') ? 'The worker' : 'Keymeter';
}
