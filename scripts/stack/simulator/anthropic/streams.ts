/** Who uses what at Anthropic: the streams of every workspace. Volumes are per working day, at the company's middle size. */
import type { Day } from '#lib/day.ts';
import type { Pattern, Trend } from '../calendar.ts';
import type { ChargeRule, Stream } from '../stream.ts';
import type { AnthropicDirectory, AnthropicKeyName, AnthropicPersonName, WorkspaceName } from './directory.ts';
import { CLAUDE, type ClaudeModel, type Pricing, messageCharges, serviceCharge } from './models.ts';

interface Plan {
  model: ClaudeModel;
  requests: number;
  per: Record<string, number>;
  /** A key decides the workspace. Without one it is the Console, or Claude Code after a sign-in. */
  key?: AnthropicKeyName;
  workspace?: WorkspaceName;
  /** Signed in by OAuth: Claude Code. */
  account?: AnthropicPersonName;
  serviceAccount?: AnthropicPersonName;
  tier?: string;
  long?: boolean;
  us?: boolean;
  speed?: 'standard' | 'fast';
  /** Priority Tier commitments and blocked requests are usage without a cost. */
  unbilled?: boolean;
  extraCharges?: ChargeRule[];
  surface?: string;
  labels?: Record<string, string>;
  pattern?: Pattern;
  trend?: Trend;
  spike?: number;
  activeShare?: number;
  until?: Day | null;
}

const WEB_SEARCH = serviceCharge('webSearches', 10_000_000_000n, 'web_search', 'Web Search Usage');
const CODE_EXECUTION = serviceCharge('executionSeconds', 13_888_889n, 'code_execution', 'Code Execution Usage');

export function anthropicStreams(directory: AnthropicDirectory): Stream[] {
  const plans = [...workspacePlans(directory.workspace('Pilot 2025').archivedOn), ...claudeCodePlans()];
  return plans.map((plan, index) => toStream(plan, index, directory));
}

function toStream(plan: Plan, index: number, directory: AnthropicDirectory): Stream {
  const key = plan.key ? directory.key(plan.key) : null;
  const workspace = plan.workspace === undefined || plan.workspace === 'Default' ? null : directory.workspace(plan.workspace).id;
  const pricing: Pricing = {
    serviceTier: plan.tier ?? 'standard',
    contextWindow: plan.long ? '200k-1M' : '0-200k',
    inferenceGeo: plan.model.hasGeo ? (plan.us ? 'us' : 'global') : 'not_available',
  };
  return {
    id: `${plan.surface ?? 'messages'}/${plan.key ?? plan.workspace ?? 'default'}/${plan.model.name}/${index}`,
    surface: plan.surface ?? 'messages',
    dimensions: {
      workspace_id: key ? key.workspaceId : workspace,
      api_key_id: key?.id ?? null,
      account_id: plan.account ? directory.person(plan.account).id : null,
      service_account_id: plan.serviceAccount ? directory.person(plan.serviceAccount).id : null,
      model: plan.model.name,
      service_tier: pricing.serviceTier,
      context_window: pricing.contextWindow,
      inference_geo: pricing.inferenceGeo,
      speed: plan.speed ?? 'standard',
    },
    pattern: plan.pattern ?? 'office',
    trend: plan.trend ?? 'steady',
    requestsPerDay: plan.requests,
    perRequest: plan.per,
    spike: plan.spike ?? 1,
    activeShare: plan.activeShare ?? 1,
    from: null,
    until: plan.until ?? null,
    charges: plan.unbilled ? [] : [...messageCharges(plan.model, pricing), ...(plan.extraCharges ?? [])],
    labels: plan.labels ?? {},
  };
}

function workspacePlans(archived: Day | null): Plan[] {
  const { opus, sonnet, haiku } = CLAUDE;
  const chat = { uncached: 800, write5m: 420, cacheRead: 5200, output: 410 };
  return [
    { model: sonnet, key: 'product-backend', requests: 3100, per: chat, us: true, pattern: 'always' },
    { model: sonnet, key: 'product-backend-canary', requests: 240, per: chat, us: true, pattern: 'always' },
    { model: opus, key: 'product-backend', requests: 1080, per: { ...chat, write1h: 350, output: 620, webSearches: 0.3 }, trend: 'rising', extraCharges: [WEB_SEARCH] },
    { model: opus, key: 'product-backend', requests: 90, per: chat, tier: 'priority', unbilled: true },
    { model: haiku, key: 'product-backend', requests: 9400, per: { uncached: 620, cacheRead: 900, output: 130 }, pattern: 'always' },
    { model: haiku, key: 'product-backend', requests: 35, per: { uncached: 600, output: 0 }, unbilled: true, activeShare: 0.5 },
    { model: sonnet, key: 'warehouse', serviceAccount: 'warehouse-etl', requests: 1500, per: { uncached: 2900, output: 520 }, tier: 'batch', pattern: 'night', spike: 4.5 },
    { model: haiku, key: 'warehouse', serviceAccount: 'warehouse-etl', requests: 8200, per: { uncached: 1100, output: 160 }, tier: 'batch', pattern: 'night' },
    { model: haiku, key: 'warehouse-old', requests: 60, per: { uncached: 900, output: 150 }, tier: 'batch', pattern: 'night', activeShare: 0.2, trend: 'falling' },
    { model: sonnet, key: 'intake', requests: 150, per: { uncached: 9200, write1h: 2600, cacheRead: 7000, output: 900 }, trend: 'rising' },
    { model: sonnet, key: 'intake', requests: 16, per: { uncached: 228_000, output: 1500 }, long: true, activeShare: 0.9 },
    { model: opus, key: 'scratch', requests: 24, per: { uncached: 2100, output: 800, executionSeconds: 240 }, activeShare: 0.7, extraCharges: [CODE_EXECUTION] },
    { model: opus, workspace: 'Default', requests: 18, per: { uncached: 1500, output: 700, webSearches: 0.4 }, activeShare: 0.8, extraCharges: [WEB_SEARCH] },
    { model: haiku, workspace: 'Default', requests: 2, per: { uncached: 70, output: 40 }, activeShare: 0.5 },
    { model: sonnet, key: 'pilot', requests: 130, per: { uncached: 1700, cacheRead: 700, output: 420 }, until: archived },
  ];
}

/** Claude Code: one actor may use two models; its usage is in the messages report too, unless a subscription pays. */
function claudeCodePlans(): Plan[] {
  const session = {
    uncached: 240, write5m: 1500, cacheRead: 21_000, output: 520,
    sessions: 0.025, linesAdded: 3.1, linesRemoved: 1.2, commits: 0.02, pullRequests: 0.004,
    editAccepted: 0.5, editRejected: 0.06, writeAccepted: 0.1, writeRejected: 0.01,
  };
  const person = (account: AnthropicPersonName, model: ClaudeModel, requests: number, terminal: string, rest: Partial<Plan> = {}): Plan => ({
    model,
    workspace: 'Claude Code',
    account,
    requests,
    per: session,
    labels: { customer_type: 'api', terminal_type: terminal, is_remote: 'false' },
    ...rest,
  });
  return [
    person('Mira Okafor', CLAUDE.opus, 430, 'iTerm.app'),
    person('Mira Okafor', CLAUDE.haiku, 120, 'iTerm.app'),
    person('Jonas Lindqvist', CLAUDE.sonnet, 560, 'vscode'),
    person('Priya Raman', CLAUDE.sonnet, 310, 'vscode', { trend: 'rising' }),
    person('Tomás Herrera', CLAUDE.opus, 260, 'tmux', { activeShare: 0.8, speed: 'fast' }),
    {
      model: CLAUDE.sonnet,
      key: 'ci-agent',
      requests: 330,
      per: session,
      labels: { customer_type: 'api', terminal_type: 'non-interactive', is_remote: 'true' },
      pattern: 'always',
    },
    person('Noor Haddad', CLAUDE.sonnet, 180, 'vscode', {
      surface: 'subscription',
      unbilled: true,
      labels: { customer_type: 'subscription', subscription_type: 'team', terminal_type: 'vscode', is_remote: 'false' },
    }),
  ];
}
