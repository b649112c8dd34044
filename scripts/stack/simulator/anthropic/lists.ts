/** The organisation, its workspaces and its keys. Cursors are `after_id` and `before_id`. */
import { type Day, unixSeconds } from '#lib/day.ts';
import { badRequest } from '../api-error.ts';
import type { JsonObject } from '../json-text.ts';
import type { AnthropicCall } from './call.ts';
import type { AnthropicKey, AnthropicWorkspace } from './directory.ts';
import { instantText } from './range.ts';

type Listed = JsonObject & { id: string };

export function currentOrganization(call: AnthropicCall): JsonObject {
  call.parameters.refuseOthers();
  const { organization } = call.world.anthropic.directory;
  return { id: organization.id, type: 'organization', name: organization.name };
}

export function listWorkspaces(call: AnthropicCall): JsonObject {
  const { directory } = call.world.anthropic;
  const archived = call.parameters.flag('include_archived') ?? false;
  const withDefault = call.parameters.flag('include_default') ?? false;
  const ids = call.parameters.list('ids');
  const all = [...(withDefault ? [directory.defaultWorkspace] : []), ...directory.workspaces];
  const wanted = all.filter((each) => (archived || !isPast(each.archivedOn, call.now)) && (ids.length === 0 || ids.includes(each.id)));
  return listPage(call, wanted.map((each) => workspaceObject(each, call.now)));
}

export function listApiKeys(call: AnthropicCall): JsonObject {
  const { directory } = call.world.anthropic;
  const status = call.parameters.choice('status', ['active', 'archived', 'expired', 'inactive']);
  const workspace = call.parameters.text('workspace_id');
  const creator = call.parameters.text('created_by_user_id');
  const keys = directory.keys.filter(
    (key) =>
      (status === null || statusOf(key, call.now) === status) &&
      (workspace === null || (key.workspaceId ?? directory.defaultWorkspace.id) === workspace) &&
      (creator === null || key.createdBy.id === creator),
  );
  return listPage(call, keys.map((key) => keyObject(call, key)));
}

function listPage(call: AnthropicCall, items: readonly Listed[]): JsonObject {
  const limit = call.parameters.limit({ min: 1, max: 1000, fallback: 20 });
  const after = call.parameters.text('after_id');
  const before = call.parameters.text('before_id');
  call.parameters.refuseOthers();
  if (after !== null && before !== null) throw badRequest('after_id, before_id: only one of them may be given');
  const start = after === null ? 0 : indexOf(items, after, 'after_id') + 1;
  const stop = before === null ? items.length : indexOf(items, before, 'before_id');
  const data = before === null ? items.slice(start, start + limit) : items.slice(Math.max(0, stop - limit), stop);
  const hasMore = before === null ? start + data.length < stop : stop > data.length;
  return { data: [...data], first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: hasMore };
}

function indexOf(items: readonly Listed[], id: string, name: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw badRequest(`${name}: no such object`);
  return index;
}

function workspaceObject(workspace: AnthropicWorkspace, now: Date): Listed {
  return {
    id: workspace.id,
    type: 'workspace',
    name: workspace.name,
    created_at: midnight(workspace.createdOn),
    archived_at: isPast(workspace.archivedOn, now) && workspace.archivedOn ? midnight(workspace.archivedOn) : null,
    display_color: workspace.color,
    compartment_id: workspace.compartmentId,
    external_key_id: null,
    data_residency: { workspace_geo: 'us', default_inference_geo: workspace.geo, allowed_inference_geos: 'unrestricted' },
    tags: {},
  };
}

function keyObject(call: AnthropicCall, key: AnthropicKey): Listed {
  const shape = call.quirks.apiKeyShape;
  const isUser = key.createdBy.kind === 'user';
  const newerPrincipal: JsonObject = isUser ? { type: 'user_actor', user_id: key.createdBy.id } : { type: 'service_account_actor', service_account_id: key.createdBy.id };
  return {
    id: key.id,
    type: 'api_key',
    name: key.name,
    status: statusOf(key, call.now),
    partial_key_hint: key.hint,
    created_at: midnight(key.createdOn),
    expires_at: key.expiresOn ? midnight(key.expiresOn) : null,
    created_by: { id: key.createdBy.id, type: key.createdBy.kind },
    principal: shape === 'older' ? { id: key.createdBy.id, type: key.createdBy.kind } : newerPrincipal,
    ...(shape === 'newer' ? {} : { workspace_id: key.workspaceId }),
    ...(shape === 'older' ? {} : { scope: { type: 'workspace', workspace_id: key.workspaceId ?? call.world.anthropic.directory.defaultWorkspace.id } }),
  };
}

function statusOf(key: AnthropicKey, now: Date): AnthropicKey['status'] {
  return isPast(key.expiresOn, now) ? 'expired' : key.status;
}

function isPast(d: Day | null, now: Date): boolean {
  return d !== null && unixSeconds(d) * 1000 <= now.getTime();
}

function midnight(d: Day): string {
  return instantText(unixSeconds(d));
}
