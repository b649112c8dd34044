/** Names and ids of the Anthropic organisation: workspaces, keys, people, service accounts. */
import { type Day, day } from '#lib/day.ts';
import { byName, mailAddress, organizationName } from '../names.ts';
import { idFrom, uuidFrom } from '../random.ts';

export interface AnthropicWorkspace {
  id: string;
  name: string;
  createdOn: Day;
  archivedOn: Day | null;
  color: string;
  geo: 'us' | 'global';
  compartmentId: string;
}

export interface AnthropicKey {
  id: string;
  name: string;
  /** null: the default workspace. */
  workspaceId: string | null;
  status: 'active' | 'inactive' | 'archived' | 'expired';
  hint: string;
  createdOn: Day;
  expiresOn: Day | null;
  createdBy: AnthropicPerson;
}

export interface AnthropicPerson {
  id: string;
  kind: 'user' | 'service_account';
  name: string;
  email: string | null;
}

export interface AnthropicDirectory {
  organization: { id: string; name: string };
  /** The beta pair names the default workspace by this id; the legacy pair says null. */
  defaultWorkspace: AnthropicWorkspace;
  workspaces: readonly AnthropicWorkspace[];
  keys: readonly AnthropicKey[];
  people: readonly AnthropicPerson[];
  workspace(name: WorkspaceName): AnthropicWorkspace;
  key(name: AnthropicKeyName): AnthropicKey;
  person(name: AnthropicPersonName): AnthropicPerson;
}

const WORKSPACES = {
  'Default': { created: '2024-11-05', archived: null, color: '#8A8F98', geo: 'global' },
  'Production': { created: '2025-01-14', archived: null, color: '#6C5BB9', geo: 'us' },
  'Data platform': { created: '2025-06-02', archived: null, color: '#2F7F6F', geo: 'global' },
  'Claude Code': { created: '2025-09-08', archived: null, color: '#C8643C', geo: 'global' },
  'Document intake': { created: '2026-03-23', archived: null, color: '#3C6EC8', geo: 'global' },
  'Pilot 2025': { created: '2025-02-10', archived: '2026-09-30', color: '#B93C5B', geo: 'global' },
} as const;
export type WorkspaceName = keyof typeof WORKSPACES;

const PEOPLE = {
  'Mira Okafor': 'user',
  'Jonas Lindqvist': 'user',
  'Priya Raman': 'user',
  'Tomás Herrera': 'user',
  'Noor Haddad': 'user',
  'warehouse-etl': 'service_account',
} as const;
export type AnthropicPersonName = keyof typeof PEOPLE;

const KEYS = {
  'product-backend': { workspace: 'Production', by: 'Mira Okafor', created: '2025-01-15', status: 'active' },
  'product-backend-canary': { workspace: 'Production', by: 'Mira Okafor', created: '2026-07-02', status: 'active' },
  'warehouse': { workspace: 'Data platform', by: 'Jonas Lindqvist', created: '2025-06-03', status: 'active' },
  'warehouse-old': { workspace: 'Data platform', by: 'Jonas Lindqvist', created: '2025-06-02', status: 'inactive' },
  'intake': { workspace: 'Document intake', by: 'Priya Raman', created: '2026-03-23', status: 'active', expires: '2027-03-23' },
  'ci-agent': { workspace: 'Claude Code', by: 'Noor Haddad', created: '2025-10-20', status: 'active' },
  'scratch': { workspace: 'Default', by: 'Tomás Herrera', created: '2025-12-09', status: 'active' },
  'scratch-old': { workspace: 'Default', by: 'Tomás Herrera', created: '2025-01-30', status: 'archived' },
  'pilot': { workspace: 'Pilot 2025', by: 'Priya Raman', created: '2025-02-10', status: 'archived' },
} as const satisfies Record<string, KeyFacts>;
export type AnthropicKeyName = keyof typeof KEYS;

interface KeyFacts {
  workspace: WorkspaceName;
  by: AnthropicPersonName;
  created: string;
  status: AnthropicKey['status'];
  expires?: string;
}

/** @param seed decides the ids; @param org the customer's name, part of people's mail addresses. */
export function anthropicDirectory(seed: string, org: string): AnthropicDirectory {
  const workspaces = byName(WORKSPACES, (name, facts): AnthropicWorkspace => ({
    id: idFrom(`${seed}/workspace/${name}`, 'wrkspc_01', 22),
    name,
    createdOn: day(facts.created),
    archivedOn: facts.archived === null ? null : day(facts.archived),
    color: facts.color,
    geo: facts.geo,
    compartmentId: uuidFrom(`${seed}/compartment/${name}`),
  }));
  const people = byName(PEOPLE, (name, kind): AnthropicPerson => ({
    id: idFrom(`${seed}/person/${name}`, kind === 'user' ? 'user_01' : 'svac_01', 22),
    kind,
    name,
    email: kind === 'user' ? mailAddress(name, org) : null,
  }));
  const keys = byName(KEYS, (name, facts: KeyFacts): AnthropicKey => ({
    id: idFrom(`${seed}/key/${name}`, 'apikey_01', 22),
    name,
    workspaceId: facts.workspace === 'Default' ? null : workspaces[facts.workspace].id,
    status: facts.status,
    hint: `sk-ant-api03-${idFrom(`${seed}/hint/${name}`, '', 3)}...${idFrom(`${seed}/tail/${name}`, '', 2)}AA`,
    createdOn: day(facts.created),
    expiresOn: facts.expires === undefined ? null : day(facts.expires),
    createdBy: people[facts.by],
  }));
  return {
    organization: { id: uuidFrom(`${seed}/organization`), name: organizationName(org) },
    defaultWorkspace: workspaces.Default,
    workspaces: Object.values(workspaces).filter((workspace) => workspace !== workspaces.Default),
    keys: Object.values(keys),
    people: Object.values(people),
    workspace: (name) => workspaces[name],
    key: (name) => keys[name],
    person: (name) => people[name],
  };
}
