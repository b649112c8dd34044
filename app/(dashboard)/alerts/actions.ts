'use server';
/** What owners and admins can do here. The database checks the role again, audits each, and looks at the budgets anew. */
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { action } from '#app/_server/action.ts';
import { budgetInput, deleteBudget, deleteBudgetInput, requestTestAlert, saveBudget } from '#lib/alerts/save-budget.ts';

const BY = { limit: 'mutation', roles: ['owner', 'admin'] } as const;

/** Makes a budget, or changes the one that `budgetId` names. */
export const saveBudgetAction = action(budgetInput, BY, async (ctx, input) => {
  const id = await saveBudget(ctx, input);
  redirect(`/alerts#budget-${id}`);
});

export const deleteBudgetAction = action(deleteBudgetInput, BY, async (ctx, input) => {
  await deleteBudget(ctx, input);
  redirect('/alerts');
});

/** A row for the worker: it sends one marked mail to whoever asked. */
export const testAlertAction = action(z.object({}), BY, (ctx) => requestTestAlert(ctx));
