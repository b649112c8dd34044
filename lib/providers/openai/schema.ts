/** The answers of OpenAI's organisation endpoints: what is used is required, everything else passes. */
import { z } from 'zod';
import { amountText, count, countOrZero, currency, quantity, text, textOrNull, unixTime, unixTimeOrNull } from '../wire.ts';

const page = <R extends z.ZodType>(result: R) =>
  z.object({
    data: z.array(z.object({ start_time: unixTime, end_time: unixTime, results: z.array(result) })),
    has_more: z.boolean(),
    next_page: textOrNull,
  });

const list = <I extends z.ZodType>(item: I) => z.object({ data: z.array(item), has_more: z.boolean(), last_id: textOrNull });

/**
 * `amount.value` is dollars: a number by the documents, a string in mid 2026. The organisation's id and name are seen
 * in live answers and not documented.
 */
export const costsPage = page(
  z.object({
    amount: z.object({ value: amountText, currency }),
    line_item: textOrNull,
    project_id: textOrNull,
    api_key_id: textOrNull,
    quantity: z.preprocess((value) => value ?? null, z.union([z.null(), quantity])),
    quantity_unit: textOrNull,
    organization_id: textOrNull,
    organization_name: textOrNull,
  }),
);
export type CostRow = z.output<typeof costsPage>['data'][number]['results'][number];

/**
 * Every usage endpoint's row in one shape. `input_tokens` counts all input, cached and written parts included; the
 * splits may be absent. What an endpoint must bring is in its `required`, in surfaces.ts.
 */
const usageRow = z.object({
  input_tokens: countOrZero,
  input_cached_tokens: countOrZero,
  input_cache_write_tokens: countOrZero,
  input_cache_write_12h_tokens: countOrZero,
  output_tokens: countOrZero,
  num_model_requests: z.preprocess((value) => value ?? null, z.union([z.null(), count])),
  project_id: textOrNull,
  user_id: textOrNull,
  api_key_id: textOrNull,
  model: textOrNull,
  batch: z.boolean().nullish(),
  service_tier: textOrNull,
  size: textOrNull,
  source: textOrNull,
  context_level: textOrNull,
  vector_store_id: textOrNull,
});
export type UsageRow = z.output<typeof usageRow> & { counted: string | null };

/**
 * @param required counts that the endpoint must bring.
 * @param counted the field that counts something other than tokens: `images`, `characters`, ...
 */
export function usagePage(required: readonly string[], counted: string | null) {
  const needed = Object.fromEntries([...required.map((name) => [name, count] as const), ...(counted === null ? [] : [[counted, quantity] as const])]);
  return page(
    usageRow.extend(needed).transform((row: Record<string, unknown>) => {
      // `extend` with names that are only known at run time loses the types of the others.
      return { ...row, counted: counted === null ? null : row[counted] } as UsageRow;
    }),
  );
}

export const projectList = list(z.object({ id: text, name: textOrNull, status: textOrNull, archived_at: unixTimeOrNull }));
export const projectKeyList = list(z.object({ id: text, name: textOrNull, redacted_value: textOrNull }));
export const adminKeyList = list(z.object({ id: text, redacted_value: textOrNull, expires_at: unixTimeOrNull }));
/** Newer answers put name and mail into a nested `user`. */
const person = { name: textOrNull, email: textOrNull };
export const userList = list(z.object({ id: text, ...person, user: z.object(person).nullish() }));
