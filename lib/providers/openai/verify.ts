/** Does this key work, whose is it, and what else can it do? */
import { unlessClosed } from '../closed-endpoint.ts';
import type { ProviderHttp, RevealableKey, Verification } from '../contract.ts';
import { isMaskOf } from '../key-display.ts';
import { checkedKey } from '../key-header.ts';
import { openaiClient, type OpenaiClient } from './client.ts';
import { recentCosts } from './read-costs.ts';
import { adminKeyList, projectList } from './schema.ts';

/**
 * One page of costs, which needs the one scope that matters; then, as far as the key is allowed to, one page of projects
 * and one of admin keys. @throws ProviderError
 */
export async function verifyOpenai(http: ProviderHttp, key: RevealableKey, now: Date): Promise<Verification> {
  const client = openaiClient(http, key);
  const costs = await recentCosts(client, now);
  const named = costs.find((row) => row.organization_id !== null);
  const projects = await unlessClosed(() => client.get('/projects', [['limit', '100']], projectList));
  const admin = projects && (await ownEntry(client, key));
  const warnings: string[] = [];
  if (!projects) warnings.push('names_scope_missing');
  // The scope that lists admin keys is part of the one that makes and deletes them: reading only cannot be promised.
  if (admin) warnings.push('can_manage');
  return {
    organizationRef: named?.organization_id ?? client.organizationHeader,
    organizationName: costs.find((row) => row.organization_name !== null)?.organization_name ?? null,
    projectRefs: projects?.data.map((project) => project.id) ?? [],
    // Cost and usage share one scope, api.usage.read.
    capabilities: { cost: true, usage: true, names: projects !== null },
    keyExpiresAt: admin?.expiresAt ?? null,
    warnings,
  };
}

/** When this key ends, by its masked form in the list; null when the list is not open to it. */
async function ownEntry(client: OpenaiClient, key: RevealableKey): Promise<{ expiresAt: Date | null } | null> {
  const keys = await unlessClosed(() => client.get('/admin_api_keys', [['limit', '100'], ['order', 'desc']], adminKeyList));
  if (!keys) return null;
  const text = checkedKey('openai', key);
  const own = keys.data.filter((entry) => isMaskOf(entry.redacted_value, text));
  // Two keys with one visible end: better no date than the other key's.
  return { expiresAt: own.length === 1 ? (own[0]?.expires_at ?? null) : null };
}
