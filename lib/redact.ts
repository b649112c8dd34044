/**
 * Defence in depth for logs: replaces what looks like a credential in any text. The first defence is that no credential
 * gets near a log (`Secret`, closed codes); this one is for the library that quotes its input.
 */

/** Each with what its match is replaced by. */
const CREDENTIALS: ReadonlyArray<readonly [shape: RegExp, replacement: string]> = [
  // OpenAI, Anthropic and their likes: sk-admin-, sk-ant-admin01-, sk-proj- ... ("task-list" is not one)
  [/(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}/g, '[redacted key]'],
  [/kmi1:\d+:[A-Za-z0-9_-]+/g, '[redacted sealed key]'],
  [/km1:\d+:[0-9a-f:]+/g, '[redacted envelope]'],
  // our organisation tokens, Resend, Supabase, webhook signing secrets
  [/(?<![A-Za-z0-9_])(?:km|re|sb_secret|sbp|whsec)_[A-Za-z0-9_+/=-]{16,}/g, '[redacted token]'],
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, '[redacted session]'],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]'],
  [/hooks\.slack\.com\/[^\s"'\\]+/g, 'hooks.slack.com/[redacted]'],
  // postgres://user:password@host
  [/:\/\/[^\s"'\\/@]*:[^\s"'\\/]*@/g, '://[redacted]@'],
];

export function redactCredentials(text: string): string {
  return CREDENTIALS.reduce((current, [shape, replacement]) => current.replace(shape, replacement), text);
}
