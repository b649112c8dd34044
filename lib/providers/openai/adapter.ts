/** OpenAI: organisation costs and usage, read with an admin key. */
import type { ProviderAdapter, ProviderHttp, RangeReading, ReadOptions, RevealableKey } from '../contract.ts';
import { endOfReadable } from '../buckets.ts';
import { inParallel } from '../in-parallel.ts';
import { Notes } from '../notes.ts';
import { openaiClient } from './client.ts';
import { openaiNames } from './names.ts';
import { readCosts } from './read-costs.ts';
import { readUsage } from './read-usage.ts';
import { USAGE_SURFACES } from './surfaces.ts';
import { verifyOpenai } from './verify.ts';

export const openai: ProviderAdapter = {
  name: 'openai',
  defaultBaseUrl: 'https://api.openai.com/v1',
  // The regional hosts serve organisations with data residency; a connection is bound to one when its key is sealed.
  hosts: ['api.openai.com', 'us.api.openai.com', 'eu.api.openai.com', 'ae.api.openai.com', 'au.api.openai.com', 'in.api.openai.com', 'jp.api.openai.com'],
  verify: (http, key, now = new Date()) => verifyOpenai(http, key, now),
  read: readOpenai,
  readNames: openaiNames,
};

/** Costs first: without them the reading is worth nothing, and they name the organisation. */
async function readOpenai(http: ProviderHttp, key: RevealableKey, { from, to: asked, hourlyFrom, now }: ReadOptions): Promise<RangeReading> {
  const to = endOfReadable(asked, now);
  const client = openaiClient(http, key);
  const notes = new Notes();
  const costs = await readCosts(client, from, to, now, notes);
  const options = { from, to, hourlyFrom, now, notes };
  const usage = await inParallel(2, USAGE_SURFACES.map((surface) => () => readUsage(client, surface, options)));
  return {
    from,
    to,
    costs: [costs.reading],
    usage: usage.filter((reading) => reading !== null),
    organizationRef: costs.organizationRef ?? client.organizationHeader,
    calls: client.calls,
    notes: notes.sorted(),
  };
}
