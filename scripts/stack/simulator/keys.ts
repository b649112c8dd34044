/**
 * The keys that the simulated providers know. Only a hash of each is kept: nothing of the simulator can give a key
 * away, not even its own log.
 */
import { createHash, randomBytes } from 'node:crypto';
import { BehaviourList } from './behaviour.ts';
import type { OpenAiScope } from './openai/routes.ts';
import { maskKey } from './masked-key.ts';

export const PROVIDERS = ['openai', 'anthropic'] as const;
export type Provider = (typeof PROVIDERS)[number];

export const KEY_KINDS = ['admin', 'project', 'service_account', 'ordinary', 'enterprise', 'oauth'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];
export const ALL_SCOPES: readonly OpenAiScope[] = ['api.usage.read', 'api.management.read'];

export interface KeyRecord {
  /** Made of the key's hash: what logs and totals call it. */
  id: string;
  provider: Provider;
  org: string;
  kind: KeyKind;
  /** OpenAI: what a restricted admin key may read. */
  scopes: readonly OpenAiScope[];
  /** Prefix, stars and last four. */
  masked: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revoked: boolean;
  behaviours: BehaviourList;
}

export interface IssueOptions {
  provider: Provider;
  /** Lower-case letters and digits; two keys of one customer see the same world. Default `demo`. */
  org?: string;
  kind?: KeyKind;
  scopes?: readonly OpenAiScope[];
  expiresAt?: Date | null;
}

const PREFIXES: Record<Provider, Partial<Record<KeyKind, string>>> = {
  openai: { admin: 'sk-admin-', project: 'sk-proj-', service_account: 'sk-svcacct-', ordinary: 'sk-' },
  anthropic: { admin: 'sk-ant-admin01-', ordinary: 'sk-ant-api03-', enterprise: 'sk-ant-api01-', oauth: 'sk-ant-oat01-' },
};
const WELL_FORMED = /^[\x21-\x7e]{20,300}$/;

export function keyIdOf(key: string): string {
  return `simkey_${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;
}

/** What its visible prefix says a key is; null when no prefix of the provider fits. */
export function kindOf(provider: Provider, key: string): KeyKind | null {
  const entries = Object.entries(PREFIXES[provider]).sort(([, a], [, b]) => b.length - a.length);
  return (entries.find(([, prefix]) => key.startsWith(prefix))?.[0] as KeyKind | undefined) ?? null;
}

export class KeyRegistry {
  readonly #records = new Map<string, KeyRecord>();
  readonly #orgs = new Set<string>(['demo']);

  /** A new key of a customer, which is thereby known. @throws RangeError for an unusable name or kind. */
  issue(options: IssueOptions, now: Date): string {
    const { provider, org = 'demo', kind = 'admin' } = options;
    const prefix = PREFIXES[provider][kind];
    if (prefix === undefined) throw new RangeError(`${provider} has no ${kind} keys`);
    if (!/^[a-z0-9]{1,40}$/.test(org)) throw new RangeError('an org is named by 1 to 40 lower-case letters and digits');
    this.#orgs.add(org);
    const key = `${prefix}${org}-${randomBytes(36).toString('base64url')}`;
    this.#add(key, { provider, org, kind, scopes: options.scopes ?? ALL_SCOPES, expiresAt: options.expiresAt ?? null }, now);
    return key;
  }

  /**
   * The record of a key that came with a request. An admin key nobody issued is accepted when it names a known customer
   * (`sk-admin-<org>-...`) or holds the word `demo`, so that a person can type one.
   */
  recognise(provider: Provider, key: string, now: Date): KeyRecord | null {
    const known = this.#records.get(keyIdOf(key));
    if (known) return known.provider === provider ? known : null;
    const prefix = PREFIXES[provider].admin ?? '';
    if (!WELL_FORMED.test(key) || kindOf(provider, key) !== 'admin') return null;
    const rest = key.slice(prefix.length);
    const named = /^([a-z0-9]+)-.{8,}$/.exec(rest)?.[1];
    const org = named !== undefined && this.#orgs.has(named) ? named : rest.includes('demo') ? 'demo' : null;
    return org === null ? null : this.#add(key, { provider, org, kind: 'admin', scopes: ALL_SCOPES, expiresAt: null }, now);
  }

  /** @param keyOrId the key itself or its id. @throws RangeError when no request and no issue ever named it. */
  find(keyOrId: string, now: Date): KeyRecord {
    const record =
      this.#records.get(keyOrId) ?? this.#records.get(keyIdOf(keyOrId)) ?? this.recognise('openai', keyOrId, now) ?? this.recognise('anthropic', keyOrId, now);
    if (!record) throw new RangeError('the simulator does not know this key');
    return record;
  }

  ofOrg(provider: Provider, org: string): KeyRecord[] {
    return [...this.#records.values()].filter((record) => record.provider === provider && record.org === org);
  }

  #add(key: string, facts: Pick<KeyRecord, 'provider' | 'org' | 'kind' | 'scopes' | 'expiresAt'>, now: Date): KeyRecord {
    const record: KeyRecord = { id: keyIdOf(key), ...facts, masked: maskKey(key), createdAt: now, lastUsedAt: null, revoked: false, behaviours: new BehaviourList() };
    this.#records.set(record.id, record);
    return record;
  }
}
