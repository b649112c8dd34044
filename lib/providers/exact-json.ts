/**
 * JSON without binary floats: a number keeps the digits it was sent with, so that `0.1` stays a tenth, a token count
 * past 2^53 stays exact, and `0E-6176` is still recognised as the zero that it is.
 */

/** A JSON number by its source text. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
    Object.freeze(this);
  }
  toString(): string {
    return this.text;
  }
}

type Reviver = (this: unknown, name: string, value: unknown, context?: { source?: string }) => unknown;

const keepNumbers: Reviver = (_name, value, context) => (typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value);

/** @returns `undefined` when the text is not JSON; the parser's own error would quote it. */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, keepNumbers);
  } catch {
    return undefined;
  }
}

/**
 * Whether text that begins like JSON ends in the middle of it: a string or a bracket is still open. Some proxies close a
 * body that they lost in a way that looks complete to HTTP; such a call is repeated, unlike one whose answer is wrong.
 */
export function isCutJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return inString || depth > 0;
}
