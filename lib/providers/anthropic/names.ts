/** Names of workspaces and API keys. */
import type { NamedEntity, ProviderHttp, RevealableKey } from '../contract.ts';
import { maskedKey } from '../key-display.ts';
import { anthropicClient } from './client.ts';
import { apiKeyList, workspaceList } from './schema.ts';

const LIMIT = ['limit', '1000'] as const;

/** @throws ProviderError */
export async function anthropicNames(http: ProviderHttp, key: RevealableKey): Promise<NamedEntity[]> {
  const client = anthropicClient(http, key);
  const workspaces = await client.list('/workspaces', [LIMIT, ['include_archived', 'true']], workspaceList);
  const keys = await client.list('/api_keys', [LIMIT], apiKeyList);
  const listed = new Set(workspaces.map(({ id }) => id));
  // The default workspace is not in the list and null in the reports; newer key lists give its real id.
  const projectOf = (id: string | null) => (id !== null && listed.has(id) ? id : null);
  return [
    ...workspaces.map((workspace): NamedEntity => ({
      kind: 'project',
      ref: workspace.id,
      name: workspace.name,
      hint: null,
      status: workspace.archived_at === null ? 'active' : 'archived',
      projectRef: null,
    })),
    ...keys.map((entry): NamedEntity => ({
      kind: 'api_key',
      ref: entry.id,
      name: entry.name,
      hint: maskedKey(entry.partial_key_hint),
      status: entry.status,
      projectRef: projectOf(entry.workspace_id ?? entry.scope?.workspace_id ?? null),
    })),
  ];
}
