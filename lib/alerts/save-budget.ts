/** Makes, changes and deletes budgets: ordinary writes under row-level security; the database audits and re-evaluates. */
import { z } from 'zod';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';
import { thresholdKey, thresholdProblem } from '#lib/alerts/thresholds.ts';
import type { Ctx } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import { Money, MoneyError } from '#lib/money.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { rowsOf, valueOf } from '#lib/rest.ts';

/** As many as the table takes. */
const MOST_THRESHOLDS = 10;

/** Text as typed: `1,500`, `1500.50`, `$1500`. */
const amountText = z
  .string()
  .trim()
  .transform((text, issues) => {
    try {
      const money = Money.parse(text.replace(/^\$/, '').replace(/,(?=\d{3}(?:\D|$))/g, ''), 'USD');
      if (money.isNegative() || money.isZero()) issues.addIssue({ code: 'custom', message: 'The amount must be more than zero.' });
      else if (money.compare(Money.parse('999999999999', 'USD')) > 0) issues.addIssue({ code: 'custom', message: 'The amount is too large.' });
      return money;
    } catch (error) {
      if (!(error instanceof MoneyError)) throw error;
      issues.addIssue({ code: 'custom', message: 'Write an amount in dollars, such as 1500 or 1500.50.' });
      return z.NEVER;
    }
  });

/** A form gives one text, several, or none; a field that was left empty is no threshold. */
const typed = (given: unknown) => [given ?? []].flat().filter((text) => typeof text !== 'string' || text.trim() !== '');
const WRONG_PERCENT = 'Write percents of the budget, such as 80 or 112.5, up to 1000.';

/** Percents as typed, in basis points afterwards, each once and in order. */
const percents = z.preprocess(
  typed,
  z
    .array(z.coerce.number(WRONG_PERCENT).positive(WRONG_PERCENT).max(1000, WRONG_PERCENT))
    .transform((list) => [...new Set(list.map((percent) => Math.round(percent * 100)))].sort((a, b) => a - b)),
);

/** Thresholds of an amount of their own, in their stored form: kept as they are when the rest is edited. */
const amounts = z.preprocess(typed, z.array(z.string().refine((text) => text.startsWith('actual:usd:') && parseThreshold(text) !== null)));

export const budgetInput = z.object({
  budgetId: z.uuid().optional(),
  name: z.string().trim().min(1, 'Give the budget a name.').max(80, 'At most 80 characters.'),
  amount: amountText,
  /** `organization`, or a provider. */
  scope: z.enum(['organization', ...PROVIDERS]),
  period: z.enum(['day', 'week', 'month', 'quarter']).default('month'),
  /** Percent of the budget, e.g. [50, 80, 100]. */
  thresholds: percents,
  amountThresholds: amounts,
});

/** @returns the budget's id. @throws AppError */
export async function saveBudget(ctx: Ctx, input: z.output<typeof budgetInput>): Promise<string> {
  const thresholds = storedThresholds(input);
  const values = { name: input.name, amount: input.amount.toDecimal(), period: input.period, thresholds };
  if (input.budgetId) {
    const changed = await rowsOf<{ id: string }>(ctx.supabase.from('budgets').update(values).eq('org_id', ctx.orgId).eq('id', input.budgetId).select('id'));
    // Row-level security makes a forbidden update touch no row instead of failing.
    if (changed.length === 0) throw new AppError(ctx.role === 'viewer' ? 'forbidden' : 'not_found');
    return input.budgetId;
  }
  const scope = input.scope === 'organization' ? { scope_kind: 'organization', scope_ref: '' } : { scope_kind: 'provider', scope_ref: input.scope };
  const made = await valueOf<{ id: string }>(ctx.supabase.from('budgets').insert({ org_id: ctx.orgId, ...scope, ...values }).select('id').single());
  return made.id;
}

/** @throws AppError `invalid_input` with a sentence under `thresholds` */
function storedThresholds({ thresholds, amountThresholds }: Pick<z.output<typeof budgetInput>, 'thresholds' | 'amountThresholds'>): string[] {
  const problem = thresholds.map((basisPoints) => thresholdProblem({ kind: 'actual', basisPoints })).find(Boolean);
  if (problem) throw new AppError('invalid_input', { fields: { thresholds: problem } });
  const stored = [...thresholds.map((basisPoints) => thresholdKey({ kind: 'actual', basisPoints })), ...new Set(amountThresholds)];
  if (stored.length === 0) throw new AppError('invalid_input', { fields: { thresholds: 'Choose at least one threshold: without one nobody is ever told.' } });
  if (stored.length > MOST_THRESHOLDS) throw new AppError('invalid_input', { fields: { thresholds: `At most ${MOST_THRESHOLDS} thresholds.` } });
  return stored;
}

export const deleteBudgetInput = z.object({ budgetId: z.uuid() });

/** @throws AppError `not_found`, `forbidden` */
export async function deleteBudget(ctx: Ctx, { budgetId }: z.output<typeof deleteBudgetInput>): Promise<void> {
  const deleted = await rowsOf<{ id: string }>(ctx.supabase.from('budgets').delete().eq('org_id', ctx.orgId).eq('id', budgetId).select('id'));
  if (deleted.length === 0) throw new AppError(ctx.role === 'viewer' ? 'forbidden' : 'not_found');
}

/** A mail to oneself through the whole way. @returns the request's id. @throws AppError */
export async function requestTestAlert(ctx: Ctx): Promise<string> {
  return valueOf<string>(ctx.supabase.rpc('request_test_alert', { p_org: ctx.orgId }));
}
