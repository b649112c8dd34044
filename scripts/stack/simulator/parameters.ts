/**
 * A request's query, read as strictly as possible: what the live services would let pass silently, a wrong name or a
 * comma-joined list, is a 400 here, so that an adapter's slip shows in a test and not on a customer's bill.
 */
import { ApiError, badRequest } from './api-error.ts';

export type QueryEntries = ReadonlyArray<readonly [name: string, value: string]>;

/** `either`: `name` and `name[]` mean the same (OpenAI). `brackets`: lists are called `name[]` only (Anthropic). */
export type ListNaming = 'either' | 'brackets';

export interface Wording {
  tooLarge(name: string, given: number, max: number): string;
  tooSmall(name: string, given: number, min: number): string;
}

export class Parameters {
  readonly #entries: QueryEntries;
  readonly #naming: ListNaming;
  readonly #wording: Wording;
  readonly #asked = new Set<string>();

  constructor(entries: QueryEntries, naming: ListNaming, wording: Wording) {
    this.#entries = entries;
    this.#naming = naming;
    this.#wording = wording;
  }

  text(name: string): string | null {
    this.#asked.add(name);
    const values = this.#entries.filter(([given]) => given === name).map(([, value]) => value);
    if (values.length > 1) throw badRequest(`'${name}' was given more than once.`, name);
    return values[0] ?? null;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === null || value === '') throw badRequest(`Missing required parameter: '${name}'.`, name);
    return value;
  }

  integer(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!/^-?\d{1,15}$/.test(value)) throw badRequest(`Invalid type for '${name}': expected an integer.`, name);
    return Number(value);
  }

  /** A page size. */
  limit(bounds: { min: number; max: number; fallback: number }): number {
    const limit = this.integer('limit') ?? bounds.fallback;
    if (limit > bounds.max) throw badRequest(this.#wording.tooLarge('limit', limit, bounds.max), 'limit');
    if (limit < bounds.min) throw badRequest(this.#wording.tooSmall('limit', limit, bounds.min), 'limit');
    return limit;
  }

  flag(name: string): boolean | null {
    const value = this.choice(name, ['true', 'false']);
    return value === null ? null : value === 'true';
  }

  choice<V extends string>(name: string, allowed: readonly V[]): V | null {
    const value = this.text(name);
    return value === null ? null : requireOneOf(name, value, allowed);
  }

  list(name: string): string[] {
    const names = this.#naming === 'either' ? [name, `${name}[]`] : [`${name}[]`];
    for (const each of names) this.#asked.add(each);
    return this.#entries.filter(([given]) => names.includes(given)).map(([, value]) => value);
  }

  choices<V extends string>(name: string, allowed: readonly V[]): V[] {
    return [...new Set(this.list(name).map((value) => requireOneOf(name, value, allowed)))];
  }

  /** Called last: whatever was not read is unknown. @throws ApiError */
  refuseOthers(): void {
    const other = this.#entries.find(([name]) => !this.#asked.has(name));
    if (other) throw badRequest(`Unknown parameter: '${other[0].slice(0, 60)}'.`, other[0].slice(0, 60));
  }

  /** Everything but the cursor, in a fixed order: what a page token is bound to. */
  fingerprint(path: string): string {
    const bound = this.#entries.filter(([name]) => name !== 'page').map(([name, value]) => `${name.replace(/\[\]$/, '')}=${value}`);
    return [path, ...bound.sort()].join('&');
  }
}

function requireOneOf<V extends string>(name: string, value: string, allowed: readonly V[]): V {
  const known = allowed.find((each) => each === value);
  if (known === undefined) {
    throw new ApiError(400, 'invalid_request_error', `Invalid value: '${value.slice(0, 60)}'. Supported values are: ${allowed.map((v) => `'${v}'`).join(', ')}.`, { param: name });
  }
  return known;
}
