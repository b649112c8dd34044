/** Which path is answered by what. Enterprise keys (`sk-ant-api01-`) may use the analytics pair alone. */
import type { JsonObject } from '../json-text.ts';
import { analyticsCost, analyticsUsage } from './analytics.ts';
import type { AnthropicCall } from './call.ts';
import { claudeCodeReport } from './claude-code.ts';
import { costReport } from './cost-report.ts';
import { currentOrganization, listApiKeys, listWorkspaces } from './lists.ts';
import { messagesUsageReport } from './usage-report.ts';

export interface AnthropicRoute {
  openToEnterpriseKeys: boolean;
  answer(call: AnthropicCall): JsonObject;
}

const ADMIN_ONLY: Readonly<Record<string, (call: AnthropicCall) => JsonObject>> = {
  '/v1/organizations/usage_report/messages': messagesUsageReport,
  '/v1/organizations/usage_report/claude_code': claudeCodeReport,
  '/v1/organizations/cost_report': costReport,
  '/v1/organizations/workspaces': listWorkspaces,
  '/v1/organizations/api_keys': listApiKeys,
  '/v1/organizations/me': currentOrganization,
};
const ANALYTICS: Readonly<Record<string, (call: AnthropicCall) => JsonObject>> = {
  '/v1/organizations/analytics/usage': analyticsUsage,
  '/v1/organizations/analytics/cost': analyticsCost,
};

/** @returns null for a path that the API does not have. */
export function findAnthropicRoute(path: string): AnthropicRoute | null {
  const answer = ADMIN_ONLY[path] ?? ANALYTICS[path];
  return answer ? { openToEnterpriseKeys: path in ANALYTICS, answer } : null;
}
