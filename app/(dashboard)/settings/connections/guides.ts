/** Per provider: where a key is made, with how little it gets by, and what it can do beyond that. */
import type { ProviderName } from '#lib/providers/contract.ts';

export interface KeyGuide {
  /** Where to click. */
  page: { href: string; name: string };
  /** Who is able to, for the list and for the page. */
  maker: string;
  who: string;
  steps: readonly string[];
  /** The smallest scope, in the provider's own words. */
  scope: { name: string; code: string | null; note: string };
  can: readonly string[];
  cannot: readonly string[];
  /** Said plainly when a key can do more than read. */
  caution: string | null;
  limits: { href: string; name: string };
  /** One line for the list of providers. */
  needs: string;
  prefix: string;
}

/** What to call the key at the provider, so that it is found again there. */
export const KEY_NAME = 'Keymeter';
/** When the pages of the providers were last compared with what stands here. */
export const CHECKED = 'November 2026';

export const GUIDES: Readonly<Record<ProviderName, KeyGuide>> = {
  openai: {
    page: { href: 'https://platform.openai.com/settings/organization/admin-keys', name: 'Admin keys at OpenAI' },
    maker: 'An owner of the organisation at OpenAI',
    who: 'You have to be an owner of the organisation at OpenAI.',
    steps: [
      'Open Settings › Organization › Admin keys and create a new admin key.',
      'As permissions choose “Restricted”, set Usage to “Read”, and leave everything else at “None”.',
      'Copy the key. OpenAI shows it this once; it starts with sk-admin-.',
    ],
    scope: { name: 'Usage: Read', code: 'api.usage.read', note: 'This one permission is enough for cost, tokens and requests.' },
    can: ['Read cost and usage of the whole organisation'],
    cannot: ['Call models, or see prompts and answers', 'Change members, projects, keys or billing', 'Read the names of projects and keys: they show by their ids'],
    caution: 'An admin key without restrictions works too, but it could also create and delete keys, members and projects. Keymeter says so when it notices.',
    limits: { href: 'https://platform.openai.com/settings/organization/limits', name: 'Limits at OpenAI' },
    needs: 'An admin key, restricted to Usage: Read',
    prefix: 'sk-admin-',
  },
  anthropic: {
    page: { href: 'https://platform.claude.com/settings/admin-keys', name: 'Admin keys in the Claude Console' },
    maker: 'An admin of the organisation’s Claude Console',
    who: 'You need the admin role in the organisation’s Claude Console. Individual accounts have no admin keys.',
    steps: [
      'Open Settings › Admin keys in the Claude Console and create a key.',
      'There is nothing to restrict: Anthropic’s admin keys have no scopes.',
      'Copy the key. It is shown this once; it starts with sk-ant-admin01-.',
    ],
    scope: { name: 'No scopes exist', code: null, note: 'Every admin key of Anthropic may do all that its Admin API offers.' },
    can: ['Read cost and usage of the whole organisation', 'Manage members and invitations', 'Manage workspaces', 'Manage API keys'],
    cannot: ['Call Claude, or see prompts and answers'],
    caution: 'Such a key can manage members, workspaces and keys. Keymeter only ever reads with it, and each use stands in the audit trail, but there is no smaller key to give us.',
    limits: { href: 'https://platform.claude.com/settings/limits', name: 'Limits in the Claude Console' },
    needs: 'An admin key of the Claude Console',
    prefix: 'sk-ant-admin01-',
  },
};

const REGIONS: Readonly<Record<string, string>> = {
  'api.openai.com': 'Standard',
  'us.api.openai.com': 'United States',
  'eu.api.openai.com': 'European Union',
  'ae.api.openai.com': 'United Arab Emirates',
  'au.api.openai.com': 'Australia',
  'in.api.openai.com': 'India',
  'jp.api.openai.com': 'Japan',
};

/** `European Union (eu.api.openai.com)` */
export function hostName(host: string): string {
  return REGIONS[host] ? `${REGIONS[host]} (${host})` : host;
}
