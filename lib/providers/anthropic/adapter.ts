/** Anthropic: cost and usage of a Console organisation, read with an admin key. */
import type { ProviderAdapter, ProviderHttp, RangeReading, ReadOptions, RevealableKey, Verification } from '../contract.ts';
import { endOfReadable } from '../buckets.ts';
import { unlessClosed } from '../closed-endpoint.ts';
import { inParallel } from '../in-parallel.ts';
import { Notes } from '../notes.ts';
import { anthropicClient } from './client.ts';
import { anthropicNames } from './names.ts';
import { readClaudeCode } from './read-claude-code.ts';
import { probeCosts, readCosts } from './read-costs.ts';
import { readMessages } from './read-messages.ts';
import { organization, workspaceList } from './schema.ts';

export const anthropic: ProviderAdapter = {
  name: 'anthropic',
  defaultBaseUrl: 'https://api.anthropic.com',
  hosts: ['api.anthropic.com'],
  verify: (http, key, now = new Date()) => verifyAnthropic(http, key, now),
  read: readAnthropic,
  readNames: anthropicNames,
};

/**
 * `me` tells whether the key lives and whose it is; a day of costs tells whether this organisation has the report
 * (organisations on Claude Platform on AWS have not). An admin key has no scopes: it can do all the Admin API offers.
 */
async function verifyAnthropic(http: ProviderHttp, key: RevealableKey, now: Date): Promise<Verification> {
  const client = anthropicClient(http, key);
  const me = await client.get('/me', [], organization);
  await probeCosts(client, now);
  const workspaces = await unlessClosed(() => client.get('/workspaces', [['limit', '1000'], ['include_archived', 'true']], workspaceList));
  return {
    organizationRef: me.id,
    organizationName: me.name,
    projectRefs: workspaces?.data.map(({ id }) => id) ?? [],
    capabilities: { cost: true, usage: true, names: workspaces !== null },
    keyExpiresAt: null,
    warnings: ['can_manage', ...(workspaces === null ? ['names_scope_missing'] : [])],
  };
}

/** Costs first: without them the reading is worth nothing. */
async function readAnthropic(http: ProviderHttp, key: RevealableKey, { from, to: asked, hourlyFrom, now }: ReadOptions): Promise<RangeReading> {
  const to = endOfReadable(asked, now);
  const client = anthropicClient(http, key);
  const notes = new Notes();
  const me = await client.get('/me', [], organization);
  const costs = await readCosts(client, from, to, now, notes);
  const options = { from, to, hourlyFrom, now, notes };
  const usage = await inParallel(2, [() => readMessages(client, options), () => readClaudeCode(client, options)]);
  return {
    from,
    to,
    costs: [costs],
    usage: usage.filter((reading) => reading !== null),
    organizationRef: me.id,
    calls: client.calls,
    notes: notes.sorted(),
  };
}
