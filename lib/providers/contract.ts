/**
 * What every provider adapter speaks. Adapters turn a provider's wire format into these shapes and know neither the
 * database nor the vault: they are handed an HTTP function and something that can write the key into one header.
 */
import type { Day } from '#lib/day.ts';
import type { Money } from '#lib/money.ts';

export const PROVIDERS = ['openai', 'anthropic'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** The part of `Secret` (lib/vault/secret.ts) that an adapter needs; structural, so that no vault import is needed. */
export interface RevealableKey {
  reveal(): string;
}

export type Query = ReadonlyArray<readonly [name: string, value: string]>;

/**
 * One GET against the provider's pinned host. Built by lib/providers/http.ts on the dispatcher of lib/http.ts, where
 * deadlines, size caps and the refusal of redirects live.
 */
export interface ProviderHttp {
  get(request: {
    /** Path below the base URL, e.g. `/organization/costs`. */
    path: string;
    /** Repeated names are repeated entries. */
    query: Query;
    headers: Readonly<Record<string, string>>;
  }): Promise<ProviderResponse>;
}

export interface ProviderResponse {
  status: number;
  /** Lower-case names; only the few that adapters use, never a cookie. */
  headers: Readonly<Record<string, string>>;
  /**
   * Parsed JSON, every number as a `JsonNumber` (lib/providers/exact-json.ts) that keeps its digits; `undefined` when
   * the body was not JSON (an HTML error page of a proxy).
   */
  body: unknown;
  /** The body's text. Never logged, never put in an error. */
  text: string;
  /** Decompressed bytes. */
  bytes: number;
}

/** Where a fact belongs. `null` means "not given by the provider", never "all". */
export interface Dimensions {
  /** `cost`, or the usage endpoint: `completions`, `embeddings`, ..., `messages`, `claude_code`. */
  surface: string;
  /** OpenAI project id or Anthropic workspace id; null = no project, or Anthropic's default workspace. */
  projectRef: string | null;
  model: string | null;
  apiKeyRef: string | null;
  userRef: string | null;
  /** OpenAI `line_item`, Anthropic `description`. */
  lineItem: string | null;
  /** `input`, `output`, `cached input`, ... or Anthropic's `token_type`. */
  tokenType: string | null;
  /** `standard`, `batch`, `priority`, ... */
  serviceTier: string | null;
  /** Whatever else splits rows, sorted by name when stored: context_window, inference_geo, size, source, actor ... */
  attributes: Readonly<Record<string, string>>;
}

export interface CostFact {
  day: Day;
  dimensions: Dimensions;
  /** Major units (US dollars), converted at the adapter's edge; the provider's cost report, so always `billed`. */
  amount: Money;
  /** Decimal text, null when the provider gives none. */
  quantity: string | null;
  quantityUnit: string | null;
}

export interface UsageFact {
  /** Start of the bucket, UTC. */
  start: Date;
  width: '1h' | '1d';
  dimensions: Dimensions;
  /** All input tokens: uncached + cache reads + cache writes, whatever the provider's own definition. */
  inputTokens: bigint;
  /** Part of `inputTokens`. */
  cacheReadTokens: bigint;
  /** Part of `inputTokens`. */
  cacheWriteTokens: bigint;
  /** Part of `cacheWriteTokens` kept for the longer time, which has a price of its own (Anthropic 1 h, OpenAI 12 h). */
  cacheWriteLongTokens: bigint;
  outputTokens: bigint;
  /** null when the provider does not count requests here. */
  requests: bigint | null;
  /**
   * What is counted beside tokens or instead of them. Units: `images`, `characters`, `seconds`, `sessions`, `searches`
   * (web and file search), and `bytes_stored`, which is a level and never added over time.
   */
  quantity: string | null;
  quantityUnit: string | null;
  /** The provider's own estimate (Anthropic Claude Code); kind `estimated`, never added to billed. */
  estimatedCost: Money | null;
}

/** Everything the provider said about one surface in one range. */
export interface SurfaceReading<F> {
  surface: string;
  facts: F[];
  /** Days for which the provider sent a bucket, empty ones included. Other days of the range stay as they were. */
  coveredDays: Day[];
}

export interface RangeReading {
  from: Day;
  /** Exclusive. */
  to: Day;
  costs: SurfaceReading<CostFact>[];
  usage: SurfaceReading<UsageFact>[];
  /** As far as an answer named it; null when no answer did. */
  organizationRef: string | null;
  calls: number;
  /** Closed codes about what is coarser or missing, e.g. `usage_user_grouping_refused`; for the page and the operator. */
  notes: string[];
}

/** A name the provider knows for an id that appears in facts. */
export interface NamedEntity {
  kind: 'project' | 'api_key' | 'user';
  ref: string;
  name: string | null;
  /** What the provider shows of a key, e.g. `sk-abc...def`; never a whole key. */
  hint: string | null;
  status: string | null;
  projectRef: string | null;
}

export interface Verification {
  organizationRef: string | null;
  organizationName: string | null;
  /** Project ids seen, the last resort for telling two organisations apart (OpenAI names none by call). */
  projectRefs: string[];
  capabilities: { cost: boolean; usage: boolean; names: boolean };
  /** The key's own end of life, if the provider tells. */
  keyExpiresAt: Date | null;
  /** Closed codes: `can_manage` (the key can do more than read), `usage_scope_missing`, `names_scope_missing` ... */
  warnings: string[];
}

export interface ReadOptions {
  from: Day;
  /** Exclusive. */
  to: Day;
  /** Days from this one on are read hourly where the provider can; earlier ones daily. */
  hourlyFrom: Day;
  /** The database's clock, so that tests and a wrong machine clock cannot move the window. */
  now: Date;
}

export interface ProviderAdapter {
  readonly name: ProviderName;
  /** Base URL without a trailing slash; replaced by `OPENAI_BASE_URL` / `ANTHROPIC_BASE_URL` in the worker. */
  readonly defaultBaseUrl: string;
  /** Hosts a connection may be bound to. The first is the default. */
  readonly hosts: readonly string[];
  /**
   * One cheap call, plus what is needed to name the organisation. `now` is the database's clock when given.
   * @throws ProviderError
   */
  verify(http: ProviderHttp, key: RevealableKey, now?: Date): Promise<Verification>;
  /** All surfaces of the range, every page. @throws ProviderError */
  read(http: ProviderHttp, key: RevealableKey, options: ReadOptions): Promise<RangeReading>;
  /** Names for ids. @throws ProviderError */
  readNames(http: ProviderHttp, key: RevealableKey): Promise<NamedEntity[]>;
}

export const PROVIDER_ERROR_CODES = [
  'key_rejected', // 401: wrong, revoked, expired
  'key_wrong_kind', // valid but not an admin key
  'key_scope_missing', // admin key without the scope; `detail` names it
  'rate_limited', // 429
  'provider_unavailable', // 5xx, 529, 404 outage, connection refused, DNS, a body that was cut off
  'provider_timeout', // total deadline
  'provider_bad_answer', // schema refused, not JSON, not HTTP
  'provider_pagination', // repeated cursor, has_more without cursor, page cap
  'response_too_large', // decompressed cap
  'redirect_refused',
  'host_refused', // not on the list, or resolves to a forbidden address
  'tls_failed',
  'request_refused', // 400: our bug
] as const;
export type ProviderErrorCode = (typeof PROVIDER_ERROR_CODES)[number];

/** Carries closed codes and our own words only: a provider's text can repeat a part of the key. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  /** For `rate_limited` and `provider_unavailable`: what the provider asked for, already capped. */
  readonly retryAfterMs: number | null;
  /** Operator's detail in our own words: endpoint, zod path, missing scope. Never provider text, never a header. */
  readonly detail: string;
  constructor(code: ProviderErrorCode, options: { status?: number; retryAfterMs?: number | null; detail?: string } = {}) {
    super(code);
    this.code = code;
    this.status = options.status ?? 0;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.detail = options.detail ?? '';
  }
}
