/** Names and ids of the OpenAI organisation: projects, people, service accounts, keys, spend limits. */
import { type Day, day } from '#lib/day.ts';
import { byName, mailAddress, organizationName } from '../names.ts';
import { idFrom } from '../random.ts';

export interface OpenAiProject {
  id: string;
  name: string;
  createdOn: Day;
  archivedOn: Day | null;
  residency: 'GLOBAL' | 'EU_STORAGE_PROCESSING';
  /** Cents; null when nobody set one. */
  spendLimitCents: number | null;
}

export interface OpenAiPerson {
  id: string;
  kind: 'user' | 'service_account';
  name: string;
  /** Service accounts have none. */
  email: string | null;
  role: 'owner' | 'reader' | 'member';
  addedOn: Day;
}

export interface OpenAiKey {
  id: string;
  name: string;
  projectId: string;
  owner: OpenAiPerson;
  redacted: string;
  createdOn: Day;
  expiresOn: Day | null;
  /** Deleted keys are not listed any more, but their usage and cost stay. */
  deletedOn: Day | null;
  /** Whether its owner still has access to the project. */
  ownerActive: boolean;
}

export interface OpenAiDirectory {
  organization: { id: string; name: string; spendLimitCents: number };
  projects: readonly OpenAiProject[];
  people: readonly OpenAiPerson[];
  keys: readonly OpenAiKey[];
  project(name: ProjectName): OpenAiProject;
  key(name: KeyName): OpenAiKey;
  person(name: PersonName): OpenAiPerson;
}

const PROJECTS = {
  'Default project': { created: '2024-02-12', archived: null, residency: 'GLOBAL', limit: null },
  'Production API': { created: '2024-03-04', archived: null, residency: 'GLOBAL', limit: 450_000 },
  'Support assistant': { created: '2024-09-17', archived: null, residency: 'EU_STORAGE_PROCESSING', limit: 120_000 },
  'Search and retrieval': { created: '2025-01-20', archived: null, residency: 'GLOBAL', limit: null },
  'Research evals': { created: '2025-05-06', archived: null, residency: 'GLOBAL', limit: 300_000 },
  'Mobile app': { created: '2025-11-03', archived: null, residency: 'GLOBAL', limit: null },
  'Internal tools': { created: '2024-06-11', archived: null, residency: 'GLOBAL', limit: null },
  'Spring prototype': { created: '2026-02-09', archived: '2026-10-02', residency: 'GLOBAL', limit: null },
} as const;
export type ProjectName = keyof typeof PROJECTS;

const PEOPLE = {
  'Mira Okafor': { kind: 'user', role: 'owner', added: '2024-02-12' },
  'Jonas Lindqvist': { kind: 'user', role: 'owner', added: '2024-02-12' },
  'Priya Raman': { kind: 'user', role: 'reader', added: '2024-08-01' },
  'Tomás Herrera': { kind: 'user', role: 'reader', added: '2025-04-22' },
  'Noor Haddad': { kind: 'user', role: 'reader', added: '2025-10-13' },
  'api-gateway': { kind: 'service_account', role: 'member', added: '2024-03-04' },
  'support-bot': { kind: 'service_account', role: 'member', added: '2024-09-17' },
  'indexer': { kind: 'service_account', role: 'member', added: '2025-01-20' },
  'eval-runner': { kind: 'service_account', role: 'member', added: '2025-05-06' },
} as const;
export type PersonName = keyof typeof PEOPLE;

const KEYS = {
  'gateway-eu': { project: 'Production API', owner: 'api-gateway', created: '2025-11-12' },
  'gateway-us': { project: 'Production API', owner: 'api-gateway', created: '2026-01-19' },
  'support-prod': { project: 'Support assistant', owner: 'support-bot', created: '2024-09-18' },
  'support-staging': { project: 'Support assistant', owner: 'Priya Raman', created: '2025-03-02' },
  'nightly-index': { project: 'Search and retrieval', owner: 'indexer', created: '2025-01-21' },
  'query-rewrite': { project: 'Search and retrieval', owner: 'indexer', created: '2025-06-30' },
  'evals': { project: 'Research evals', owner: 'eval-runner', created: '2025-05-07' },
  'tomas-notebook': { project: 'Research evals', owner: 'Tomás Herrera', created: '2026-04-14', expires: '2027-04-14' },
  'ios-release': { project: 'Mobile app', owner: 'Noor Haddad', created: '2025-11-04' },
  'android-release': { project: 'Mobile app', owner: 'Noor Haddad', created: '2025-12-01' },
  'contract-review': { project: 'Internal tools', owner: 'Jonas Lindqvist', created: '2024-06-12' },
  'slack-helper': { project: 'Internal tools', owner: 'Priya Raman', created: '2025-02-03', deleted: '2026-11-02' },
  'prototype': { project: 'Spring prototype', owner: 'Tomás Herrera', created: '2026-02-09', ownerLeft: true },
} as const satisfies Record<string, KeyFacts>;
export type KeyName = keyof typeof KEYS;

interface KeyFacts {
  project: ProjectName;
  owner: PersonName;
  created: string;
  expires?: string;
  deleted?: string;
  ownerLeft?: boolean;
}

/** @param seed decides the ids; @param org the customer's name, part of people's mail addresses. */
export function openAiDirectory(seed: string, org: string): OpenAiDirectory {
  const projects = byName(PROJECTS, (name, facts): OpenAiProject => ({
    id: idFrom(`${seed}/project/${name}`, 'proj_', 24),
    name,
    createdOn: day(facts.created),
    archivedOn: facts.archived === null ? null : day(facts.archived),
    residency: facts.residency,
    spendLimitCents: facts.limit,
  }));
  const people = byName(PEOPLE, (name, facts): OpenAiPerson => ({
    id: idFrom(`${seed}/person/${name}`, 'user-', 24),
    kind: facts.kind,
    name,
    email: facts.kind === 'user' ? mailAddress(name, org) : null,
    role: facts.role,
    addedOn: day(facts.added),
  }));
  const keys = byName(KEYS, (name, facts: KeyFacts): OpenAiKey => ({
    id: idFrom(`${seed}/key/${name}`, 'key_', 16),
    name,
    projectId: projects[facts.project].id,
    owner: people[facts.owner],
    redacted: `sk-${people[facts.owner].kind === 'user' ? 'proj' : 'svcacct'}-***...${idFrom(`${seed}/hint/${name}`, '', 4)}`,
    createdOn: day(facts.created),
    expiresOn: facts.expires === undefined ? null : day(facts.expires),
    deletedOn: facts.deleted === undefined ? null : day(facts.deleted),
    ownerActive: facts.ownerLeft !== true,
  }));
  return {
    organization: { id: idFrom(`${seed}/organization`, 'org-', 24), name: organizationName(org), spendLimitCents: 1_200_000 },
    projects: Object.values(projects),
    people: Object.values(people),
    keys: Object.values(keys),
    project: (name) => projects[name],
    key: (name) => keys[name],
    person: (name) => people[name],
  };
}
