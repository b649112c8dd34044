/**
 * What a pasted text looks like, before it is sealed or sent anywhere. Pure and without imports of values, so that the
 * browser runs the same check. Only visible, public prefixes are looked at; whether a key works, the provider says.
 */
import type { ProviderName } from './contract.ts';

export const KEY_SHAPE_CODES = [
  'empty',
  'env_line',
  'quoted',
  'whitespace_inside',
  'shortened',
  'bad_characters',
  'truncated',
  'too_long',
  'other_provider',
  'project_key',
  'service_account_key',
  'user_key',
  'api_key',
  'oauth_token',
  'enterprise_analytics_key',
  'unknown_kind',
] as const;
export type KeyShapeCode = (typeof KEY_SHAPE_CODES)[number];

export type KeyShape = { ok: true; /** What to seal: the text without blanks around it. */ trimmed: string } | { ok: false; code: KeyShapeCode; sentence: string };

/** The kinds that are known by their prefix; `null` = none of them, which an on-premises gateway may hand out. */
export type KeyKind = 'admin' | 'project_key' | 'service_account_key' | 'user_key' | 'api_key' | 'oauth_token' | 'enterprise_analytics_key' | 'other_provider';

export const ADMIN_PREFIX: Readonly<Record<ProviderName, string>> = { openai: 'sk-admin-', anthropic: 'sk-ant-admin01-' };
const PROVIDER_LABEL: Readonly<Record<ProviderName, string>> = { openai: 'OpenAI', anthropic: 'Anthropic' };
const WHERE: Readonly<Record<ProviderName, string>> = {
  openai: 'Create an admin key under Settings > Organization > Admin keys in the OpenAI platform; it starts with sk-admin-.',
  anthropic: 'Create an admin key under Settings > Admin keys in the Claude Console; it starts with sk-ant-admin01-.',
};

/** First match wins, so the longer prefixes come first. */
const KINDS: Readonly<Record<ProviderName, ReadonlyArray<readonly [prefix: RegExp, kind: KeyKind]>>> = {
  openai: [
    [/^sk-admin-/, 'admin'],
    [/^sk-ant-/, 'other_provider'],
    [/^sk-or-/, 'other_provider'],
    [/^sk-proj-/, 'project_key'],
    [/^sk-svcacct-/, 'service_account_key'],
    [/^(sk|sess)-/, 'user_key'],
  ],
  anthropic: [
    [/^sk-ant-admin\d{2}-/, 'admin'],
    [/^sk-ant-oat\d{2}-/, 'oauth_token'],
    [/^sk-ant-api01-/, 'enterprise_analytics_key'],
    [/^sk-ant-/, 'api_key'],
    [/^sk-/, 'other_provider'],
  ],
};

const KIND_SENTENCE: Readonly<Record<Exclude<KeyKind, 'admin' | 'other_provider'>, string>> = {
  project_key: 'This is a project key. It can call models, but it cannot read what the organisation costs.',
  service_account_key: 'This is a service account key. It can call models, but it cannot read what the organisation costs.',
  user_key: 'This is an ordinary user key. It can call models, but it cannot read what the organisation costs.',
  api_key: 'This is an ordinary API key. It can call Claude, but it cannot read what the organisation costs.',
  oauth_token: 'This is a sign-in token of a Claude app, not a key, and it ends with its session.',
  enterprise_analytics_key: 'This is a Claude Enterprise analytics key, which cannot read the cost of API use.',
};

/** Of a key without blanks around it. */
export function keyKind(provider: ProviderName, key: string): KeyKind | null {
  return KINDS[provider].find(([prefix]) => prefix.test(key))?.[1] ?? null;
}

/** Blanks as people paste them: line breaks, no-break spaces, and the zero-width characters of web pages. */
const BLANK = String.raw`[\s\u0085\u00a0\u180e\u200b-\u200f\u2028-\u202f\u2060\ufeff]`;
const AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, 'g');
const INSIDE = new RegExp(BLANK);
const QUOTE = /^["'`\u2018-\u201f\u00ab\u00bb]|["'`\u2018-\u201f\u00ab\u00bb]$/;
/** Real keys are far longer; below this the copy certainly lost something. */
const MIN_SECRET_CHARACTERS = 20;
const MAX_CHARACTERS = 300;

/** Whether `pasted` can be an admin key of `provider`; if not, a sentence that says what to do. */
export function checkKeyShape(provider: ProviderName, pasted: string): KeyShape {
  const label = PROVIDER_LABEL[provider];
  const no = (code: KeyShapeCode, sentence: string): KeyShape => ({ ok: false, code, sentence });
  const text = pasted.replace(AROUND, '');

  if (text === '') return no('empty', `Paste your ${label} admin key. ${WHERE[provider]}`);
  if (/^(export\s+|set\s+|\$env:)?[A-Za-z_][A-Za-z0-9_]*\s*[=:]/.test(text) || /^(authorization|x-api-key|bearer)\b/i.test(text)) {
    return no('env_line', 'This is a whole line from a settings file. Paste only the key: the part after the equals sign, without quotes.');
  }
  if (QUOTE.test(text)) return no('quoted', 'There are quotation marks around the key. Paste it again without them.');
  if (/\.{2,}|\u2026|\*{2,}|\u2022/.test(text)) {
    return no('shortened', `This is the shortened form that ${label} shows in its list. The whole key is shown only once, when it is made: create a new one and copy it there.`);
  }
  if (INSIDE.test(text)) return no('whitespace_inside', 'There is a space or a line break inside the key. Copy it again in one piece, best with the copy button.');

  const kind = keyKind(provider, text);
  if (kind === 'other_provider') return no(kind, otherProvider(provider, text));
  if (kind !== null && kind !== 'admin') return no(kind, `${KIND_SENTENCE[kind]} ${WHERE[provider]}`);
  if (!/^[\x21-\x7e]*$/.test(text) || (kind === 'admin' && !/^[A-Za-z0-9_-]+$/.test(text))) {
    return no('bad_characters', 'There are characters in it that no key has. Copy the key again, best with the copy button.');
  }
  if (kind === null) return no('unknown_kind', `This does not look like an ${label} admin key. ${WHERE[provider]}`);
  if (text.length > MAX_CHARACTERS) return no('too_long', 'This is longer than any key: perhaps it was pasted twice. Paste the key alone.');
  const secret = text.slice(keyHint(text).prefix.length);
  if (secret.length < MIN_SECRET_CHARACTERS) return no('truncated', 'The key is cut off. Copy the whole of it, best with the copy button.');
  if (secret.includes(ADMIN_PREFIX[provider])) return no('too_long', 'The key was pasted twice. Paste it once.');
  return { ok: true, trimmed: text };
}

function otherProvider(provider: ProviderName, key: string): string {
  if (provider === 'openai' && key.startsWith('sk-ant-')) return 'This is an Anthropic key. Choose Anthropic to connect it, or paste an OpenAI admin key, which starts with sk-admin-.';
  if (key.startsWith('sk-or-')) return `This is an OpenRouter key. ${WHERE[provider]}`;
  return 'This is an OpenAI key. Choose OpenAI to connect it, or paste an Anthropic admin key, which starts with sk-ant-admin01-.';
}

/**
 * All that is ever shown of a key again: the public prefix of its kind, which every such key shares, and its last four
 * characters.
 */
export function keyHint(key: string): { prefix: string; lastFour: string } {
  const prefix = /^sk-ant-admin\d{2}-/.exec(key)?.[0] ?? (key.startsWith(ADMIN_PREFIX.openai) ? ADMIN_PREFIX.openai : '');
  return { prefix, lastFour: key.length - prefix.length >= 8 ? key.slice(-4) : '' };
}
