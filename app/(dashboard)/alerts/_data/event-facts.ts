/** What an alert said when it was raised, read back. Facts of another version may lack a part; then that part is not shown. */
import { z } from 'zod';
import type { AlertRow } from '#lib/alerts/read-alerts.ts';

const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);

const budgetFacts = z.object({
  headline: text,
  budget: text,
  period: text,
  zone: text,
  percent: text,
  passed: texts,
  data_through: text,
  unknown: z.array(z.object({ source: z.string(), since: z.string() })).catch([]),
  contributors: z.array(z.object({ name: z.string(), amount: z.string(), share: z.string() })).catch([]),
  after_end: z.boolean().catch(false),
  how_computed: texts,
  ended_by: text,
  restated_from: text,
  restated_to: text,
});
export type BudgetFacts = z.output<typeof budgetFacts>;

const sourceFacts = z.object({ reason: text, connection: text, provider: text, unknown_since: text, ended_by: text, recovered_at: text });
export type SourceFacts = z.output<typeof sourceFacts>;

const testFacts = z.object({ headline: text, asked_by: text });

export const budgetFactsOf = (event: AlertRow): BudgetFacts => budgetFacts.parse(event.facts);
export const sourceFactsOf = (event: AlertRow): SourceFacts => sourceFacts.parse(event.facts);
export const testFactsOf = (event: AlertRow): z.output<typeof testFacts> => testFacts.parse(event.facts);
