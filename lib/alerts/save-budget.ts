/** Makes, changes and deletes budgets: ordinary writes under row-level security; the database audits and re-evaluates. */
import { z } from 'zod';
import { thresholdProblem } from '#lib/alerts/thresholds.ts';
import type { Ctx } from '#lib/ctx.ts';
import { AppError } from '#lib/errors.ts';
import { Money, MoneyError } from '#lib/money.ts';
import { PROVIDERS } from '#lib/providers/contract.ts';
import { rowsOf, valueOf } from '#lib/rest.ts';

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

const percents = z
  .array(z.coerce.number().positive().max(1000))
  .min(1, 'Choose at least one threshold.')
  .max(10)
  .transform((list) => [...new Set(list.map((p) => Math.round(p * 100)))].sort((a, b) => a - b));

export const budgetInput = z.object({
  budgetId: z.uuid().optional(),
  name: z.string().trim().min(1, 'Give the budget a name.').max(80, 'At most 80 characters.'),
  amount: amountText,
  /** `organization`, or a provider. */
  scope: z.enum(['organization', ...PROVIDERS]),
  period: z.enum(['day', 'week', 'month', 'quarter']).default('month'),
  /** Percent of the budget, e.g. [50, 80, 100]. */
  thresholds: percents,
});

/** @returns nothing; the amount is never read back as a number. @throws AppError */
export async function saveBudget(ctx: Ctx, input: z.output<typeof budgetInput>): Promise<void> {
  const thresholds = input.thresholds.map((basisPoints) => `actual:bp:${basisPoints}`);
  const problem = input.thresholds.map((basisPoints) => thresholdProblem({ kind: 'actual', basisPoints })).find(Boolean);
  if (problem) throw new AppError('invalid_input', { fields: { thresholds: problem } });
  const values = { name: input.name, amount: input.amount.toDecimal(), period: input.period, thresholds };
  if (input.budgetId) {
    const changed = await rowsOf<{ id: string }>(ctx.supabase.from('budgets').update(values).eq('org_id', ctx.orgId).eq('id', input.budgetId).select('id'));
    // Row-level security makes a forbidden update touch no row instead of failing.
    if (changed.length === 0) throw new AppError(ctx.role === 'viewer' ? 'forbidden' : 'not_found');
    return;
  }
  const scope = input.scope === 'organization' ? { scope_kind: 'organization', scope_ref: '' } : { scope_kind: 'provider', scope_ref: input.scope };
  await valueOf<null>(ctx.supabase.from('budgets').insert({ org_id: ctx.orgId, ...scope, ...values }));
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
