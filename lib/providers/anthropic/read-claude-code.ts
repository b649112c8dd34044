/** `GET /v1/organizations/usage_report/claude_code`: one UTC day per call, one record per person or key. */
import { dayOf, eachDay, type Day } from '#lib/day.ts';
import { MAX_PAGES } from '../buckets.ts';
import { ProviderError, type Query, type SurfaceReading, type UsageFact } from '../contract.ts';
import { mergeUsage } from '../merge.ts';
import { orNoted, type UsageOptions } from '../usage-surface.ts';
import type { AnthropicClient } from './client.ts';
import { claudeCodeFacts } from './normalize.ts';
import { claudeCodePage, type ClaudeCodeRow } from './schema.ts';

const PATH = '/usage_report/claude_code';
const ENDPOINT = `GET /v1/organizations${PATH}`;
const MAX_RECORDS_PER_PAGE = 1000;

/**
 * These tokens are part of `messages` where the customer pays by API, and paid by a subscription otherwise: never added
 * to either. null when the report is closed to this organisation, which is noted. @throws ProviderError otherwise.
 */
export function readClaudeCode(client: AnthropicClient, { from, to, now, notes }: UsageOptions): Promise<SurfaceReading<UsageFact> | null> {
  return orNoted('claude_code', notes, async () => {
    const reading: SurfaceReading<UsageFact> = { surface: 'claude_code', facts: [], coveredDays: [] };
    for (const day of eachDay(from, to)) {
      if (day > dayOf(now)) break;
      const records = await recordsOf(client, day);
      for (const fact of mergeUsage(records.flatMap((record) => claudeCodeFacts(day, record)))) reading.facts.push(fact);
      reading.coveredDays.push(day);
    }
    return reading;
  });
}

async function recordsOf(client: AnthropicClient, day: Day): Promise<ClaudeCodeRow[]> {
  const records: ClaudeCodeRow[] = [];
  const cursors = new Set<string>();
  const lost = (why: string) => new ProviderError('provider_pagination', { status: 200, detail: `${ENDPOINT}: ${why}` });
  let limit = MAX_RECORDS_PER_PAGE;
  let cursor: string | null = null;
  for (let calls = 0; calls < MAX_PAGES; calls += 1) {
    try {
      const page: { data: ClaudeCodeRow[]; has_more: boolean; next_page: string | null } = await client.get(PATH, query(day, limit, cursor), claudeCodePage);
      if (page.data.some((record) => !record.date.startsWith(day))) {
        throw new ProviderError('provider_bad_answer', { status: 200, detail: `${ENDPOINT}: a record of another day` });
      }
      records.push(...page.data);
      if (!page.has_more) return records;
      if (page.next_page === null) throw lost('has_more without a cursor');
      if (cursors.has(page.next_page)) throw lost('the same cursor twice');
      cursors.add((cursor = page.next_page));
    } catch (error) {
      const tooLarge = error instanceof ProviderError && error.code === 'response_too_large';
      if (!tooLarge || limit === 1) throw error;
      // A cursor is bound to its parameters, so the day begins again with smaller pages.
      limit = Math.max(1, Math.floor(limit / 10));
      cursor = null;
      cursors.clear();
      records.length = 0;
    }
  }
  throw lost(`more than ${MAX_PAGES} pages`);
}

function query(day: Day, limit: number, cursor: string | null): Query {
  return [['starting_at', day], ['limit', String(limit)], ...(cursor === null ? [] : [['page', cursor] as const])];
}
