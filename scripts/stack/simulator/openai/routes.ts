/** Which path is answered by what, and which scope of a restricted admin key it needs. */
import { ApiError } from '../api-error.ts';
import type { JsonObject } from '../json-text.ts';
import type { OpenAiCall } from './call.ts';
import { costReport } from './cost-report.ts';
import * as lists from './lists.ts';
import { SURFACES } from './surfaces.ts';
import { usageReport } from './usage-report.ts';

export type OpenAiScope = 'api.usage.read' | 'api.management.read';

export interface OpenAiRoute {
  scope: OpenAiScope;
  answer(call: OpenAiCall): JsonObject;
}

/** @returns null for a path that the API does not have. */
export function findOpenAiRoute(path: string): OpenAiRoute | null {
  const [root, ...rest] = path.split('/').slice(1);
  if (root !== 'organization') return browserOnly(path);
  if (rest[0] === 'usage') {
    const surface = SURFACES.find((each) => each.path === rest[1]);
    return surface && rest.length === 2 ? { scope: 'api.usage.read', answer: (call) => usageReport(call, surface) } : null;
  }
  if (rest.join('/') === 'costs') return { scope: 'api.usage.read', answer: costReport };
  const answer = findList(rest);
  return answer ? { scope: 'api.management.read', answer } : null;
}

function findList([kind, id, sub, subId, ...more]: readonly string[]): ((call: OpenAiCall) => JsonObject) | null {
  if (more.length > 0) return null;
  if (kind === 'projects' && id !== undefined && sub !== undefined) return findProjectList(id, sub, subId);
  if (sub !== undefined) return null;
  switch (kind) {
    case 'projects':
      return id === undefined ? lists.listProjects : (call) => lists.oneProject(call, id);
    case 'admin_api_keys':
      return id === undefined ? lists.listAdminKeys : (call) => lists.oneAdminKey(call, id);
    case 'users':
      return id === undefined ? lists.listUsers : (call) => lists.oneUser(call, id);
    case 'spend_limit':
      return id === undefined ? lists.organizationSpendLimit : null;
    case 'spend_alerts':
      return id === undefined ? lists.organizationSpendAlerts : null;
    default:
      return null;
  }
}

function findProjectList(project: string, sub: string, subId: string | undefined): ((call: OpenAiCall) => JsonObject) | null {
  if (sub === 'api_keys') return subId === undefined ? (call) => lists.listProjectKeys(call, project) : (call) => lists.oneProjectKey(call, project, subId);
  if (subId !== undefined) return null;
  if (sub === 'spend_limit') return (call) => lists.projectSpendLimit(call, project);
  if (sub === 'spend_alerts') return (call) => lists.projectSpendAlerts(call, project);
  return null;
}

/** The old billing pages refuse every key. */
function browserOnly(path: string): OpenAiRoute | null {
  if (!path.startsWith('/dashboard/billing/')) return null;
  return {
    scope: 'api.usage.read',
    answer() {
      throw new ApiError(403, 'invalid_request_error', 'Your request must be made with a session key (that is, it can only be made from the browser).');
    },
  };
}
