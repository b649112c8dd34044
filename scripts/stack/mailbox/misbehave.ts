/**
 * Makes the mailbox's Resend endpoint fail on demand, as a provider does: a rule names how, for whom and how often.
 * Rules are set with `POST /control/rules` and forgotten with `DELETE /control/rules`.
 */
import { z } from 'zod';

export const ruleSchema = z.strictObject({
  /**
   * rate_limited: 429 with `retry-after`. server_error: 500. accept_then_hang: the mail is accepted and the answer never
   * comes. accept_then_close: accepted, and the connection is cut. refuse: 422, a mail that will never be taken.
   * unreachable: the connection is cut before anything is read.
   */
  behaviour: z.enum(['rate_limited', 'server_error', 'accept_then_hang', 'accept_then_close', 'refuse', 'unreachable']),
  /** Only for mails to this address; absent = for every mail. */
  to: z.string().optional(),
  /** How many requests it applies to; absent = until it is deleted. */
  times: z.int().positive().optional(),
  retryAfterSeconds: z.int().positive().default(1),
});
export type Rule = z.infer<typeof ruleSchema>;

export interface Rules {
  add(rule: Rule): void;
  /** Forgets the rules for one address, or all. */
  clear(to?: string): void;
  /** The rule for a request to these addresses, used up by one. */
  take(recipients: readonly string[]): Rule | undefined;
  list(): readonly Rule[];
}

export function startRules(): Rules {
  let rules: Rule[] = [];
  return {
    add: (rule) => void rules.push({ ...rule, to: rule.to?.toLowerCase() }),
    clear: (to) => void (rules = to === undefined ? [] : rules.filter((rule) => rule.to !== to.toLowerCase())),
    take(recipients) {
      const rule = rules.find((candidate) => candidate.to === undefined || recipients.includes(candidate.to));
      if (rule?.times !== undefined) {
        rule.times -= 1;
        if (rule.times <= 0) rules = rules.filter((other) => other !== rule);
      }
      return rule;
    },
    list: () => rules,
  };
}
