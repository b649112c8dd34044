/**
 * Text from people and from providers on its way into a mail. A line break in a header adds a header of the attacker's
 * choice, so headers refuse it; a body only needs to stay in its line.
 */

/** Control characters (CR, LF and NUL among them), line separators, and marks that turn the reading direction around. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const UNSAFE_RUN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+/gu;

export class UnsafeText extends Error {
  override readonly name = 'UnsafeText';
  /** @param what names the field; its value is not repeated. */
  constructor(what: string) {
    super(`${what} holds a line break or another character that must not be in a mail header`);
  }
}

export function isHeaderSafe(text: string): boolean {
  return !UNSAFE.test(text) && text.isWellFormed();
}

/** The text unchanged. @throws UnsafeText */
export function headerText(text: string, what: string): string {
  if (!isHeaderSafe(text)) throw new UnsafeText(what);
  return text;
}

/** Names that a provider sent, for a body: one line, no control characters, at most `max` characters. */
export function oneLine(text: string, max = 120): string {
  return clip(text.toWellFormed().replace(UNSAFE_RUN, ' ').trim(), max);
}

/** Cuts between characters, never inside a surrogate pair. */
export function clip(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** A link as it may stand in a mail. @throws UnsafeText unless it is plain http or https without credentials. */
export function webLink(text: string): string {
  const url = isHeaderSafe(text) && URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) throw new UnsafeText('a link');
  return url.href;
}
