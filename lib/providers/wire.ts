/**
 * The zod building blocks of the providers' answers. Unknown fields and unknown enum values pass (all big providers add
 * some without notice); what is used must be right. A refusal names a path, never a value.
 */
import { z } from 'zod';
import { Money, MoneyError, decimalToScaled } from '#lib/money.ts';
import { ProviderError, type ProviderResponse } from './contract.ts';
import { JsonNumber, isCutJson } from './exact-json.ts';

const MAX_BIGINT = 2n ** 63n - 1n;
const MAX_TEXT = 2000;

/** A number or a numeric string, as text: providers have switched between the two without notice. */
function numberText(value: unknown): string {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new MoneyError('not_decimal', 'not a number');
}

function read<T>(parse: (text: string) => T): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    try {
      return parse(numberText(value));
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof MoneyError ? error.code : 'not_decimal' });
      return z.NEVER;
    }
  });
}

function nonNegative<T extends bigint | Money>(value: T): T {
  if (typeof value === 'bigint' ? value < 0n : value.isNegative()) throw new MoneyError('out_of_range', 'negative');
  return value;
}

/** A count of tokens, requests, bytes: a whole number from 0 to 2^63 - 1. */
export const count: z.ZodType<bigint> = read((text) => {
  const millionths = nonNegative(decimalToScaled(text, 6));
  if (millionths % 1_000_000n !== 0n) throw new MoneyError('not_decimal', 'not whole');
  const whole = millionths / 1_000_000n;
  if (whole > MAX_BIGINT) throw new MoneyError('out_of_range', 'too large');
  return whole;
});

/** A count that may be missing or null: zero then. */
export const countOrZero: z.ZodType<bigint> = z.preprocess((value) => value ?? 0, count);

/** A quantity as normal decimal text (`0.5`, never `5e-1`). */
export const quantity: z.ZodType<string> = read((text) => nonNegative(Money.parse(text, 'XXX')).toDecimal());

/** An amount in major units, not negative; the currency is put on it by the caller. */
export const amountText: z.ZodType<string> = read((text) => nonNegative(Money.parse(text, 'XXX')).toDecimal());

/**
 * An amount in cents as major units, not negative: the point is moved in the text, so no digit is rounded twice.
 * Anthropic's `"123.78912"` is 1.2378912 dollars.
 */
export const centsText: z.ZodType<string> = read((text) => {
  const [mantissa = '', exponent = '0'] = text.trim().split(/e/i);
  if (!/^[+-]?\d{1,6}$/.test(exponent)) throw new MoneyError('not_decimal', 'not decimal');
  return nonNegative(Money.parse(`${mantissa}e${Number(exponent) - 2}`, 'XXX')).toDecimal();
});

export const currency = z.string().regex(/^[A-Za-z]{3}$/);

/** Text of the provider: an id, a name, a line item. A NUL cannot be stored in Postgres. */
export const text = z.string().max(MAX_TEXT).refine((value) => !value.includes('\u0000'));
/** Missing, null and empty are one: not given. */
export const textOrNull: z.ZodType<string | null> = text.nullish().transform((value) => value || null);

/** Unix seconds between 2015 and 2100, so that milliseconds are noticed. */
export const unixTime: z.ZodType<Date> = read((value) => {
  const seconds = decimalToScaled(value, 0);
  if (seconds < 1_420_070_400n || seconds > 4_102_444_800n) throw new MoneyError('out_of_range', 'not a time');
  return new Date(Number(seconds) * 1000);
});
export const unixTimeOrNull: z.ZodType<Date | null> = z.preprocess((value) => value ?? null, z.union([z.null(), unixTime]));

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;
export const rfc3339: z.ZodType<Date> = z
  .string()
  .refine((value) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)))
  .transform((value) => new Date(value));

/**
 * @param endpoint for the operator, e.g. `GET /organization/costs`.
 * @throws ProviderError `provider_bad_answer` with the first path that is wrong, `provider_unavailable` for a cut body.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, { status, body, text: sent }: ProviderResponse, endpoint: string): T {
  if (body === undefined) {
    if (isCutJson(sent)) throw new ProviderError('provider_unavailable', { status, detail: `${endpoint}: the body ends early` });
    throw new ProviderError('provider_bad_answer', { status, detail: `${endpoint}: not JSON` });
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') || 'the answer itself';
  throw new ProviderError('provider_bad_answer', { status, detail: `${endpoint}: ${path} (${issue?.code ?? 'custom'})` });
}
