/**
 * Everything the simulator can do wrong, per key and at run time. One schema serves the programmatic control and the
 * HTTP one. `path` limits a misbehaviour to paths that begin with it (below the provider's base), `skip` lets that many
 * matching requests pass first, `times` ends it after that many.
 */
import { z } from 'zod';
import { day } from '#lib/day.ts';
import type { Correction } from './corrections.ts';

const scope = {
  path: z.string().startsWith('/').optional(),
  times: z.int().positive().optional(),
  skip: z.int().nonnegative().default(0),
};
const kind = <K extends string, S extends z.core.$ZodLooseShape>(name: K, fields: S) => z.strictObject({ kind: z.literal(name), ...scope, ...fields });
const errorBody = z.enum(['object', 'string']).default('object');
/** Seconds, or the header's text as it is (an HTTP date, nonsense); left out, there is no header. */
const retryAfter = z.union([z.number(), z.string()]).optional();

/** An error instead of the answer. */
const refusals = [
  kind('unauthorized', { variant: z.enum(['wrong_key', 'no_key', 'missing_scope']).default('wrong_key'), body: errorBody }),
  kind('forbidden', { variant: z.enum(['missing_scope', 'wrong_kind']).default('missing_scope'), body: errorBody }),
  kind('not_found', {}),
  kind('bad_request', { message: z.string().default('The request was malformed.') }),
  kind('rate_limited', { retryAfter }),
  kind('server_error', { status: z.literal([500, 502, 503, 504, 529]).default(500), retryAfter }),
  kind('html_page', { status: z.int().min(200).max(599).default(502) }),
] as const;

/** The right answer, carried badly. */
const transports = [
  kind('delay', { ms: z.int().positive() }),
  kind('no_headers', {}),
  kind('close_connection', {}),
  kind('slow_body', { everyMs: z.int().positive().default(50), afterBytes: z.int().nonnegative().default(0) }),
  /** `announced`: the length promises more than comes; `quiet`: the cut body looks complete to HTTP. */
  kind('truncate', { keepBytes: z.int().nonnegative().optional(), manner: z.enum(['announced', 'quiet']).default('announced') }),
  kind('gzip_bomb', { megabytes: z.int().positive().max(2000).default(200) }),
  kind('big_body', { megabytes: z.int().positive().max(2000).default(20) }),
  /** `elsewhere` is the simulator's second host, which remembers who came with what. */
  kind('redirect', { status: z.literal([301, 302, 303, 307, 308]).default(302), to: z.union([z.literal(['elsewhere', 'here']), z.url()]).default('elsewhere') }),
] as const;

/** Pages that do not lead anywhere. */
const pagings = [
  kind('repeat_cursor', {}),
  kind('cursor_missing', {}),
  kind('endless_pages', { pages: z.int().positive().default(10_000) }),
  /** The bucket of that day (else the last one) is not sent at all. */
  kind('missing_bucket', { day: z.iso.date().optional() }),
] as const;

/** A well-carried answer with wrong or unusual content. */
const bodies = [
  kind('amounts', { as: z.enum(['text', 'number', 'scientific', 'zero_text', 'negative', 'nan', 'nan_text', 'infinity_text', 'overflow']) }),
  kind('wrong_types', {}),
  kind('null_buckets', { of: z.enum(['data', 'bucket', 'results']).default('bucket') }),
  kind('unknown_fields', {}),
  kind('unknown_enum', {}),
  kind('unknown_line_item', {}),
  kind('missing_nested', {}),
  kind('no_quantity_unit', {}),
  kind('currency', { code: z.string().min(1) }),
  /** Unknown text fields that make the body larger, per bucket and per result: fewer buckets or a coarser grouping shrinks it. */
  kind('padding', { bytesPerBucket: z.int().nonnegative().default(0), bytesPerResult: z.int().nonnegative().default(0) }),
] as const;

/** What real organisations do differently from each other. */
const quirks = [
  kind('hide_organization', { rows: z.boolean().default(true), header: z.boolean().default(true) }),
  kind('refuse_user_with_project', {}),
  kind('api_key_shape', { shape: z.enum(['older', 'newer', 'both']) }),
] as const;

const someDay = z.iso.date().transform((text) => day(text));
/** The customer's data changes, for all its keys; the totals change with it. */
const corrections = [
  z.strictObject({ kind: z.literal('correct_day'), day: someDay, percent: z.int().min(-100).max(1000) }),
  z.strictObject({ kind: z.literal('vanish_row'), day: someDay, project: z.string().nullable().optional(), model: z.string().optional() }),
  z.strictObject({ kind: z.literal('move_row'), day: someDay, project: z.string().nullable().optional(), model: z.string().optional(), toKey: z.string().optional() }),
] as const;

export const behaviourSchema = z.discriminatedUnion('kind', [...refusals, ...transports, ...pagings, ...bodies, ...quirks, ...corrections]);
/** As callers write it: defaults may be left out. */
export type BehaviourInput = z.input<typeof behaviourSchema>;
export type Behaviour = Exclude<z.output<typeof behaviourSchema>, { kind: Correction['kind'] }>;
type Of<L extends readonly z.ZodType[]> = z.output<L[number]>;
export type Refusal = Of<typeof refusals>;
export type Transport = Of<typeof transports>;
export type Paging = Of<typeof pagings>;
export type BodyChange = Of<typeof bodies>;

const kindsOf = (schemas: readonly { shape: { kind: { value: string } } }[]) => new Set(schemas.map((schema) => schema.shape.kind.value));
const REFUSALS = kindsOf(refusals);
const TRANSPORTS = kindsOf(transports);
const PAGINGS = kindsOf(pagings);
const BODIES = kindsOf(bodies);
const CORRECTIONS = kindsOf(corrections);

export const isRefusal = (b: Behaviour): b is Refusal => REFUSALS.has(b.kind);
export const isTransport = (b: Behaviour): b is Transport => TRANSPORTS.has(b.kind);
export const isPaging = (b: Behaviour): b is Paging => PAGINGS.has(b.kind);
export const isBodyChange = (b: Behaviour): b is BodyChange => BODIES.has(b.kind);
export const isCorrection = (b: { kind: string }): b is Correction => CORRECTIONS.has(b.kind);

/** A key's misbehaviours, and how many matching requests each has met. */
export class BehaviourList {
  readonly #active: { id: number; behaviour: Behaviour; met: number }[] = [];
  #nextId = 1;

  add(behaviour: Behaviour): number {
    const id = this.#nextId++;
    this.#active.push({ id, behaviour, met: 0 });
    return id;
  }

  /** @param id one of them; left out, all. */
  remove(id?: number): void {
    for (let i = this.#active.length - 1; i >= 0; i--) if (id === undefined || this.#active[i]?.id === id) this.#active.splice(i, 1);
  }

  /** What applies to a request for this path; counts the request. */
  meet(path: string): Behaviour[] {
    const applying: Behaviour[] = [];
    for (const entry of this.#active) {
      const { path: prefix, skip, times } = entry.behaviour;
      if (prefix !== undefined && !path.startsWith(prefix)) continue;
      entry.met += 1;
      if (entry.met > skip && (times === undefined || entry.met <= skip + times)) applying.push(entry.behaviour);
    }
    return applying;
  }
}
