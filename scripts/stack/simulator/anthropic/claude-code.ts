/** `/v1/organizations/usage_report/claude_code`: one day's activity per actor, with the provider's own cost estimate. */
import { type Day, day, unixSeconds } from '#lib/day.ts';
import { badRequest } from '../api-error.ts';
import { type Slice, groupKey, slicesOf } from '../buckets.ts';
import { cursorFor, positionOf } from '../cursor.ts';
import { type JsonObject, RawNumber } from '../json-text.ts';
import { picoToCents, toJsonNumber } from '../pico.ts';
import { SECONDS_PER_DAY, countBetween } from '../stream.ts';
import type { AnthropicCall } from './call.ts';
import { CLAUDE, messageCharges } from './models.ts';
import { instantText } from './range.ts';

/** Younger data is held back by the service. */
const HELD_BACK_SECONDS = 3600;

export function claudeCodeReport(call: AnthropicCall): JsonObject {
  const { parameters } = call;
  const asked = parameters.fingerprint(call.path);
  const date = readDay(parameters.required('starting_at'));
  const limit = parameters.limit({ min: 1, max: 1000, fallback: 20 });
  const cursor = parameters.text('page');
  parameters.refuseOthers();
  const records = claudeCodeRecords(call, date);
  const start = cursor === null ? 0 : positionOf(cursor, asked);
  const hasMore = start + limit < records.length;
  return { data: records.slice(start, start + limit), has_more: hasMore, next_page: hasMore ? cursorFor(start + limit, asked) : null };
}

function readDay(text: string): Day {
  try {
    return day(text);
  } catch {
    throw badRequest('starting_at: Input should be a valid date in the format YYYY-MM-DD');
  }
}

function claudeCodeRecords(call: AnthropicCall, date: Day): JsonObject[] {
  const start = unixSeconds(date);
  const until = new Date(call.now.getTime() - HELD_BACK_SECONDS * 1000);
  const actors = new Map<string, Slice[]>();
  for (const slice of slicesOf(call.world, call.world.anthropic, { start, end: start + SECONDS_PER_DAY }, until)) {
    const { labels, dimensions } = slice.streamDay.stream;
    if (labels.terminal_type === undefined) continue;
    const key = groupKey([dimensions.account_id ?? null, dimensions.api_key_id ?? null, labels.customer_type ?? null, labels.terminal_type]);
    actors.set(key, [...(actors.get(key) ?? []), slice]);
  }
  return [...actors.keys()].sort().flatMap((key) => recordsOf(call, date, actors.get(key) ?? []));
}

/** None when the actor did nothing yet, else one. */
function recordsOf(call: AnthropicCall, date: Day, slices: readonly Slice[]): JsonObject[] {
  const stream = slices[0]?.streamDay.stream;
  const count = (counter: string) => slices.reduce((sum, { streamDay, from, to }) => sum + countBetween(streamDay, counter, from, to), 0);
  if (!stream || count('requests') === 0) return [];
  const { directory } = call.world.anthropic;
  const person = directory.people.find(({ id }) => id === stream.dimensions.account_id);
  const key = directory.keys.find(({ id }) => id === stream.dimensions.api_key_id);
  const record: JsonObject = {
    date: instantText(unixSeconds(date)),
    actor: person ? { type: 'user_actor', email_address: person.email ?? '' } : { type: 'api_actor', api_key_name: key?.name ?? '' },
    organization_id: directory.organization.id,
    customer_type: stream.labels.customer_type ?? 'api',
    subscription_type: stream.labels.subscription_type ?? null,
    terminal_type: stream.labels.terminal_type ?? '',
    is_remote: stream.labels.is_remote === 'true',
    core_metrics: {
      num_sessions: Math.max(1, count('sessions')),
      lines_of_code: { added: count('linesAdded'), removed: count('linesRemoved') },
      commits_by_claude_code: count('commits'),
      pull_requests_by_claude_code: count('pullRequests'),
    },
    tool_actions: {
      edit_tool: { accepted: count('editAccepted'), rejected: count('editRejected') },
      write_tool: { accepted: count('writeAccepted'), rejected: count('writeRejected') },
    },
    model_breakdown: slices.map(modelBreakdown),
  };
  return [record];
}

/** Tokens of one model at list price: an estimate, a JSON number, in cents. */
function modelBreakdown({ streamDay, from, to }: Slice): JsonObject {
  const count = (counter: string) => countBetween(streamDay, counter, from, to);
  const model = Object.values(CLAUDE).find(({ name }) => name === streamDay.stream.dimensions.model) ?? CLAUDE.sonnet;
  const listPrices = messageCharges(model, { serviceTier: 'standard', contextWindow: '0-200k', inferenceGeo: 'global' });
  const pico = listPrices.reduce((sum, rule) => sum + BigInt(count(rule.counter)) * rule.picoUsdPerUnit, 0n);
  return {
    model: model.name,
    tokens: { input: count('uncached'), output: count('output'), cache_read: count('cacheRead'), cache_creation: count('write5m') + count('write1h') },
    estimated_cost: { amount: new RawNumber(toJsonNumber(picoToCents(pico))), currency: 'USD' },
  };
}
