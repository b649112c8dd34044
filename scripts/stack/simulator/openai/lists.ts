/** Lists and single objects: projects, keys, people, spend limits and alerts. Cursors are the last id of a page. */
import { ApiError, badRequest } from '../api-error.ts';
import { type Day, unixSeconds } from '#lib/day.ts';
import type { JsonObject } from '../json-text.ts';
import type { OpenAiCall } from './call.ts';
import type { OpenAiKey, OpenAiPerson, OpenAiProject } from './directory.ts';

type Listed = JsonObject & { id: string };

export function listProjects(call: OpenAiCall): JsonObject {
  const archived = call.parameters.flag('include_archived') ?? false;
  const projects = call.world.openai.directory.projects.filter((project) => archived || !isPast(project.archivedOn, call.now));
  return listPage(call, projects.map((project) => projectObject(project, call.now)));
}

export function oneProject(call: OpenAiCall, id: string): JsonObject {
  call.parameters.refuseOthers();
  return projectObject(requireProject(call, id), call.now);
}

export function listProjectKeys(call: OpenAiCall, projectId: string): JsonObject {
  const project = requireProject(call, projectId);
  const access = call.parameters.choice('owner_project_access', ['active', 'inactive', 'any']) ?? 'any';
  const keys = keysOf(call, project).filter((key) => access === 'any' || key.ownerActive === (access === 'active'));
  return listPage(call, keys.map((key) => projectKeyObject(key, call.now)));
}

export function oneProjectKey(call: OpenAiCall, projectId: string, keyId: string): JsonObject {
  call.parameters.refuseOthers();
  const key = keysOf(call, requireProject(call, projectId)).find(({ id }) => id === keyId);
  if (!key) throw notFound(`API key ${keyId.slice(0, 40)} not found.`);
  return projectKeyObject(key, call.now);
}

export function listAdminKeys(call: OpenAiCall): JsonObject {
  const order = call.parameters.choice('order', ['asc', 'desc']) ?? 'asc';
  const keys = adminKeys(call).sort((a, b) => (order === 'asc' ? 1 : -1) * (Number(a.created_at) - Number(b.created_at)));
  return listPage(call, keys);
}

export function oneAdminKey(call: OpenAiCall, id: string): JsonObject {
  call.parameters.refuseOthers();
  const key = adminKeys(call).find((each) => each.id === id);
  if (!key) throw notFound(`Admin API key ${id.slice(0, 40)} not found.`);
  return key;
}

export function listUsers(call: OpenAiCall): JsonObject {
  const emails = call.parameters.list('emails');
  const users = people(call).filter((person) => emails.length === 0 || emails.includes(person.email ?? ''));
  return listPage(call, users.map(userObject));
}

export function oneUser(call: OpenAiCall, id: string): JsonObject {
  call.parameters.refuseOthers();
  const person = people(call).find((each) => each.id === id);
  if (!person) throw notFound(`User ${id.slice(0, 40)} not found.`);
  return userObject(person);
}

export function organizationSpendLimit(call: OpenAiCall): JsonObject {
  call.parameters.refuseOthers();
  return spendLimit('organization.spend_limit', call.world.openai.directory.organization.spendLimitCents);
}

export function projectSpendLimit(call: OpenAiCall, projectId: string): JsonObject {
  call.parameters.refuseOthers();
  const project = requireProject(call, projectId);
  if (project.spendLimitCents === null) throw notFound('No spend limit is set for this project.');
  return spendLimit('project.spend_limit', project.spendLimitCents);
}

export function organizationSpendAlerts(call: OpenAiCall): JsonObject {
  const limit = call.world.openai.directory.organization.spendLimitCents;
  return spendAlerts(call, 'organization.spend_alert', [limit / 2, limit]);
}

export function projectSpendAlerts(call: OpenAiCall, projectId: string): JsonObject {
  const { spendLimitCents } = requireProject(call, projectId);
  return spendAlerts(call, 'project.spend_alert', spendLimitCents === null ? [] : [spendLimitCents]);
}

function spendLimit(object: string, cents: number): JsonObject {
  return { object, threshold_amount: cents, currency: 'USD', interval: 'month', enforcement: { status: 'inactive' } };
}

function spendAlerts(call: OpenAiCall, object: string, cents: readonly number[]): JsonObject {
  const order = call.parameters.choice('order', ['asc', 'desc']) ?? 'asc';
  const recipients = people(call).filter(({ role }) => role === 'owner').flatMap(({ email }) => email ?? []);
  const alerts = cents.map((threshold): Listed => ({
    id: `alert_${object.slice(0, 3)}${threshold}`,
    object,
    threshold_amount: threshold,
    currency: 'USD',
    interval: 'month',
    notification_channel: { type: 'email', recipients, subject_prefix: 'OpenAI spend alert' },
  }));
  return listPage(call, order === 'asc' ? alerts : alerts.reverse(), { allowZero: true, before: call.parameters.text('before') });
}

/** The documented list envelope; first and last id are null on an empty page. @throws ApiError on an unknown cursor. */
function listPage(call: OpenAiCall, items: readonly Listed[], options: { allowZero?: boolean; before?: string | null } = {}): JsonObject {
  const limit = call.parameters.limit({ min: options.allowZero ? 0 : 1, max: 100, fallback: 20 });
  const after = call.parameters.text('after');
  call.parameters.refuseOthers();
  const start = after === null ? 0 : indexOfCursor(items, after, 'after') + 1;
  const stop = options.before ? indexOfCursor(items, options.before, 'before') : items.length;
  const data = items.slice(start, Math.min(stop, start + limit));
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: start + data.length < stop };
}

function indexOfCursor(items: readonly Listed[], id: string, name: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw badRequest(`No object with the id given as '${name}'.`, name);
  return index;
}

function projectObject(project: OpenAiProject, now: Date): Listed {
  const archived = isPast(project.archivedOn, now);
  return {
    id: project.id,
    object: 'organization.project',
    name: project.name,
    created_at: unixSeconds(project.createdOn),
    archived_at: archived && project.archivedOn ? unixSeconds(project.archivedOn) : null,
    status: archived ? 'archived' : 'active',
    external_key_id: null,
    residency: project.residency,
  };
}

function projectKeyObject(key: OpenAiKey, now: Date): Listed {
  const owner = key.owner;
  const common = { id: owner.id, name: owner.name, created_at: unixSeconds(owner.addedOn), role: owner.role };
  return {
    object: 'organization.project.api_key',
    id: key.id,
    name: key.name,
    redacted_value: key.redacted,
    created_at: unixSeconds(key.createdOn),
    last_used_at: key.ownerActive ? Math.floor(now.getTime() / 3_600_000) * 3600 : null,
    expires_at: key.expiresOn ? unixSeconds(key.expiresOn) : null,
    owner_project_access: key.ownerActive ? 'active' : 'inactive',
    owner: owner.kind === 'user' ? { type: 'user', user: { ...common, email: owner.email ?? '' } } : { type: 'service_account', service_account: common },
  };
}

/** The customer's own two admin keys, then those that the simulator made or saw. */
function adminKeys(call: OpenAiCall): Listed[] {
  const { directory } = call.world.openai;
  const owner = directory.person('Mira Okafor');
  const ownerObject = { type: 'user', object: 'organization.user', id: owner.id, name: owner.name, created_at: unixSeconds(owner.addedOn), role: owner.role };
  const own = [
    { id: `key_${directory.organization.id.slice(4, 16)}a`, name: 'Finance export', redacted: 'sk-admin-***...x7Qa', created: 1_736_899_200, used: 1_760_000_400 },
    { id: `key_${directory.organization.id.slice(4, 16)}b`, name: 'Terraform', redacted: 'sk-admin-***...m2Kd', created: 1_754_006_400, used: null },
  ];
  return [
    ...own.map((key): Listed => ({
      object: 'organization.admin_api_key', id: key.id, name: key.name, redacted_value: key.redacted, created_at: key.created, expires_at: null, last_used_at: key.used, owner: ownerObject,
    })),
    ...call.adminKeys.map((key): Listed => ({
      object: 'organization.admin_api_key', id: key.id, name: key.name, redacted_value: key.redacted, created_at: seconds(key.createdAt), expires_at: key.expiresAt ? seconds(key.expiresAt) : null, last_used_at: key.lastUsedAt ? seconds(key.lastUsedAt) : null, owner: ownerObject,
    })),
  ];
}

function userObject(person: OpenAiPerson): Listed {
  return { object: 'organization.user', id: person.id, name: person.name, email: person.email, role: person.role, added_at: unixSeconds(person.addedOn) };
}

function people(call: OpenAiCall): OpenAiPerson[] {
  return call.world.openai.directory.people.filter(({ kind }) => kind === 'user');
}

function keysOf(call: OpenAiCall, project: OpenAiProject): OpenAiKey[] {
  return call.world.openai.directory.keys.filter((key) => key.projectId === project.id && !isPast(key.deletedOn, call.now));
}

function requireProject(call: OpenAiCall, id: string): OpenAiProject {
  const project = call.world.openai.directory.projects.find((each) => each.id === id);
  if (!project) throw notFound(`Project ${id.slice(0, 40)} not found.`);
  return project;
}

function notFound(message: string): ApiError {
  return new ApiError(404, 'invalid_request_error', message);
}

function isPast(d: Day | null, now: Date): boolean {
  return d !== null && unixSeconds(d) * 1000 <= now.getTime();
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
