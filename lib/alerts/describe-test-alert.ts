/** A test alert says of itself that it is one, in the subject and in the text. */
import { frame } from '#lib/alerts/describe-frame.ts';
import type { MailFrame } from '#lib/alerts/describe-frame.ts';
import type { TestAlertContent } from '#lib/email/content.ts';
import { instantText } from '#lib/email/figures.ts';
import { headerText } from '#lib/email/safe-text.ts';

export interface TestFacts extends MailFrame {
  /** Who pressed the button: a name or an address. */
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly zone: string;
}

/** @throws UnsafeText when a name that a person gave holds a line break. */
export function describeTest(facts: TestFacts): TestAlertContent {
  const base = frame(facts, 'Open alerts');
  return {
    template: 'test_alert',
    ...base,
    subject: `Test: alerts of ${base.organization} reach you`,
    preheader: 'Nothing was crossed and nothing is wrong.',
    tone: 'calm',
    headline: `Alerts of ${base.organization} reach you`,
    lead: 'This is a test. Nothing was crossed and nothing is wrong. A real alert comes from the same sender, so make sure that it does not land in your spam folder.',
    facts: [
      { label: 'Asked for by', value: headerText(facts.askedBy, 'the name of who asked') },
      { label: 'At', value: instantText(facts.askedAt, facts.zone) },
    ],
  };
}
