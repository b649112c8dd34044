'use client';
import { useState } from 'react';
import { ActionForm, SubmitButton } from '#app/_components/action-form.tsx';
import { Button, LinkButton } from '#app/_components/button.tsx';
import { Input, Select } from '#app/_components/field.tsx';
import { formatMoney } from '#app/_components/figure-format.ts';
import type { PeriodKind } from '#lib/alerts/period.ts';
import { proposeAmount } from '#lib/alerts/propose-budget.ts';
import { saveBudgetAction } from '../actions.ts';
import { scopedDays, totalOf } from '../_data/budget-history.ts';
import type { PeriodHistory } from '../_data/budget-history.ts';
import { BudgetPreview } from './budget-preview.tsx';
import { ThresholdFields } from './threshold-fields.tsx';

export interface BudgetDraft {
  /** null = a new one. */
  id: string | null;
  name: string;
  /** Decimal text; empty = propose one. */
  amount: string;
  /** `organization`, or a provider; of an existing budget it cannot be changed. */
  scope: string;
  scopeName: string;
  period: PeriodKind;
  /** Percent texts. */
  percents: string[];
  /** Thresholds of an amount of their own, in their stored form. */
  amountThresholds: string[];
}

type BudgetFormProps = { draft: BudgetDraft; scopes: readonly { value: string; name: string }[]; history: readonly PeriodHistory[] };

const PERIODS: readonly { value: PeriodKind; name: string }[] = [
  { value: 'month', name: 'Month' },
  { value: 'week', name: 'Week, from Monday' },
  { value: 'day', name: 'Day' },
  { value: 'quarter', name: 'Quarter' },
];

/** A budget in one go: an amount is proposed from what the last period cost, and the preview says when it would have spoken. */
export function BudgetForm({ draft, scopes, history }: BudgetFormProps) {
  const [scope, setScope] = useState(draft.scope);
  const [period, setPeriod] = useState(draft.period);
  const [typedName, setName] = useState(draft.id ? draft.name : null);
  const [typedAmount, setAmount] = useState(draft.amount === '' ? null : draft.amount);
  const [percents, setPercents] = useState(draft.percents);
  const past = history.find(({ kind }) => kind === period);
  const days = past ? scopedDays(past, scope) : null;
  const proposal = days ? proposeAmount(totalOf(days)) : null;
  // What was typed stays; what was proposed follows the choice.
  const amount = typedAmount ?? proposal?.toDecimal() ?? '';
  const name = typedName ?? (scope === 'organization' ? 'All AI spend' : (scopes.find(({ value }) => value === scope)?.name ?? ''));
  return (
    <ActionForm action={saveBudgetAction} className="gap-5">
      {draft.id ? (
        <>
          <input type="hidden" name="budgetId" value={draft.id} />
          <input type="hidden" name="scope" value="organization" />
        </>
      ) : null}
      <div className="grid gap-5 sm:grid-cols-2">
        {draft.id ? (
          <div className="flex flex-col gap-1.5">
            <p className="text-sm font-medium">Covers</p>
            <p className="flex min-h-10 items-center text-ink-2">{draft.scopeName}</p>
          </div>
        ) : (
          <Select name="scope" label="Covers" value={scope} onChange={(event) => setScope(event.target.value)}>
            {scopes.map(({ value, name: label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
        <Select name="period" label="Per" value={period} onChange={(event) => setPeriod(event.target.value as PeriodKind)}>
          {PERIODS.map(({ value, name: label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        <Input
          name="amount"
          label="Amount (USD)"
          inputMode="decimal"
          autoComplete="off"
          required
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
          hint={past && days ? <Proposal label={past.label} spent={totalOf(days).toDecimal()} proposed={proposal?.toDecimal() ?? null} amount={amount} onUse={setAmount} /> : 'Billed spend is held against it, in UTC days.'}
        />
        <Input name="name" label="Name" maxLength={80} required value={name} onChange={(event) => setName(event.target.value)} hint="It stands in the subject of the mail." />
      </div>
      <ThresholdFields percents={percents} onChange={setPercents} amountThresholds={draft.amountThresholds} />
      <BudgetPreview amount={amount} percents={percents} days={days} label={past?.label ?? null} />
      <div className="flex flex-wrap gap-2 border-t border-line pt-5">
        <SubmitButton busy="Saving …">{draft.id ? 'Save the budget' : 'Set the budget'}</SubmitButton>
        <LinkButton href="/alerts" look="secondary">
          Cancel
        </LinkButton>
      </div>
    </ActionForm>
  );
}

function Proposal({ label, spent, proposed, amount, onUse }: { label: string; spent: string; proposed: string | null; amount: string; onUse: (amount: string) => void }) {
  return (
    <>
      {label} cost {formatMoney(spent, 'USD').text}.{' '}
      {proposed === null ? null : amount === proposed ? (
        'A tenth more, rounded up, is proposed.'
      ) : (
        <Button look="ghost" size="sm" className="-my-1 min-h-7 px-1.5 text-accent-ink" onClick={() => onUse(proposed)}>
          Use {formatMoney(proposed, 'USD').text}
        </Button>
      )}
    </>
  );
}
