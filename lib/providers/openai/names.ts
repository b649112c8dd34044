/** Names of projects, their API keys, and users. Names of deleted keys are gone at the provider, so the caller keeps them. */
import { unlessClosed } from '../closed-endpoint.ts';
import type { NamedEntity, ProviderHttp, RevealableKey } from '../contract.ts';
import { inParallel } from '../in-parallel.ts';
import { maskedKey } from '../key-display.ts';
import { openaiClient, type OpenaiClient } from './client.ts';
import { projectKeyList, projectList, userList } from './schema.ts';

/** Keys are listed project by project; past this many (active ones first) names are not worth the calls. */
const MAX_PROJECTS_WITH_KEYS = 300;

/** What the key's scopes do not reach is left out. @throws ProviderError for everything else. */
export async function openaiNames(http: ProviderHttp, key: RevealableKey): Promise<NamedEntity[]> {
  const client = openaiClient(http, key);
  const projects = await projectNames(client);
  const active = projects.filter((project) => project.status !== 'archived');
  const archived = projects.filter((project) => project.status === 'archived');
  const listed = [...active, ...archived].slice(0, MAX_PROJECTS_WITH_KEYS);
  const keys = await inParallel(2, listed.map((project) => () => keyNames(client, project.ref)));
  return [...projects, ...keys.flat(), ...(await userNames(client))];
}

async function projectNames(client: OpenaiClient): Promise<NamedEntity[]> {
  const query = [['limit', '100'], ['include_archived', 'true']] as const;
  const projects = await openOnly(() => client.list('/projects', query, projectList));
  return projects.map(({ id, name, status, archived_at }) => ({
    kind: 'project',
    ref: id,
    name,
    hint: null,
    status: status ?? (archived_at ? 'archived' : 'active'),
    projectRef: null,
  }));
}

async function keyNames(client: OpenaiClient, projectRef: string): Promise<NamedEntity[]> {
  const path = `/projects/${encodeURIComponent(projectRef)}/api_keys`;
  const keys = await openOnly(() => client.list(path, [['limit', '100'], ['owner_project_access', 'any']], projectKeyList, '/projects/{id}/api_keys'));
  return keys.map(({ id, name, redacted_value }) => ({ kind: 'api_key', ref: id, name, hint: maskedKey(redacted_value), status: null, projectRef }));
}

async function userNames(client: OpenaiClient): Promise<NamedEntity[]> {
  const users = await openOnly(() => client.list('/users', [['limit', '100']], userList));
  return users.map(({ id, name, email, user }) => ({
    kind: 'user',
    ref: id,
    name: name ?? user?.name ?? email ?? user?.email ?? null,
    hint: null,
    status: null,
    projectRef: null,
  }));
}

async function openOnly<T>(list: () => Promise<T[]>): Promise<T[]> {
  return (await unlessClosed(list)) ?? [];
}
