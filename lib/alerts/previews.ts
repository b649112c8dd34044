/** Every mail with figures that add up, made by the same functions as the real ones: for the preview page and pictures. */
import { describeAlert } from '#lib/alerts/describe-alert.ts';
import type { AlertFacts } from '#lib/alerts/describe-alert.ts';
import { describeAttention, describeRecovered } from '#lib/alerts/describe-connection.ts';
import { describeResolved } from '#lib/alerts/describe-resolved.ts';
import { describeTest } from '#lib/alerts/describe-test-alert.ts';
import { periodAt } from '#lib/alerts/period.ts';
import { DEFAULT_THRESHOLDS } from '#lib/alerts/thresholds.ts';
import type { MailContent } from '#lib/email/content.ts';
import { Money } from '#lib/money.ts';

export interface MailPreview {
  /** Stable, for a link or a file: `budget-near`. */
  readonly name: string;
  /** What it shows, for a list. */
  readonly title: string;
  readonly content: MailContent;
}

const usd = (text: string) => Money.parse(text, 'USD');
const THROUGH = new Date('2026-11-19T14:00:00Z');

/** @param appUrl where the links lead, e.g. `https://keymeter.example.com`. @throws UnsafeText when it is no web address. */
export function mailPreviews(appUrl: string): MailPreview[] {
  const frame = { organization: 'Acme Robotics', url: `${appUrl}/alerts`, why: 'You get this because you are an owner of Acme Robotics in Keymeter.', checkpoint: CHECKPOINT };
  const connection = { ...frame, name: 'Production', provider: 'OpenAI', unknownSince: new Date('2026-11-19T08:12:00Z'), budgets: ['All AI spend', 'Research'], zone: 'UTC' };
  const near: AlertFacts = {
    ...frame,
    budget: { name: 'All AI spend', scope: 'all providers', amount: usd('500'), thresholds: DEFAULT_THRESHOLDS, period: periodAt('month', 'UTC', THROUGH), sources: ['OpenAI', 'Anthropic'] },
    raise: { threshold: { kind: 'actual', basisPoints: 8000 }, episode: 0, onConnect: false, afterEnd: false },
    passed: [],
    billed: usd('412.3718'),
    estimated: usd('3.21'),
    dataThrough: THROUGH,
    unknown: [],
    contributors: {
      by: 'model',
      list: [
        { name: 'gpt-5.2', amount: usd('203.55'), kind: 'allocated' },
        { name: 'claude-opus-4-8', amount: usd('121.9'), kind: 'billed' },
        { name: 'gpt-5.2-mini', amount: usd('48.12'), kind: 'allocated' },
        { name: 'text-embedding-3-large', amount: usd('21.5'), kind: 'allocated' },
        { name: 'claude-haiku-4-5', amount: usd('17.3018'), kind: 'allocated' },
      ],
    },
  };
  const over: AlertFacts = {
    ...near,
    budget: { ...near.budget, name: 'Research', scope: 'Anthropic', amount: usd('10000'), period: periodAt('quarter', 'Europe/Madrid', THROUGH), sources: ['Anthropic'] },
    raise: { threshold: { kind: 'actual', basisPoints: 10_000 }, episode: 0, onConnect: true, afterEnd: false },
    passed: DEFAULT_THRESHOLDS.slice(0, 2),
    billed: usd('12345.678'),
    estimated: null,
    unknown: [{ source: 'Anthropic “Batch jobs”', since: new Date('2026-11-18T02:30:00Z') }],
    contributors: {
      by: 'workspace',
      list: [
        { name: 'Evaluation harness for the long-context agents, nightly (eu-west)', amount: usd('9120.4'), kind: 'billed' },
        { name: 'Default workspace', amount: usd('2890.11'), kind: 'billed' },
        { name: 'Sandbox', amount: usd('335.168'), kind: 'billed' },
      ],
    },
  };
  const half: AlertFacts = {
    ...near,
    budget: { ...near.budget, amount: usd('800') },
    raise: { ...near.raise, threshold: { kind: 'actual', basisPoints: 5000 } },
  };
  return [
    { name: 'budget-half', title: 'A budget passed 50%', content: describeAlert(half) },
    { name: 'budget-near', title: 'A budget passed 80%', content: describeAlert(near) },
    { name: 'budget-over', title: 'A budget is overrun, found on connect, one source unknown', content: describeAlert(over) },
    {
      name: 'alert-resolved',
      title: 'A correction took spend below a threshold',
      content: describeResolved({
        ...frame,
        budget: near.budget,
        resolve: { threshold: { kind: 'actual', basisPoints: 8000 }, from: usd('412.3718'), to: usd('391.02') },
        raisedAt: THROUGH,
        dataThrough: new Date('2026-11-20T08:00:00Z'),
      }),
    },
    { name: 'key-rejected', title: 'A provider refuses a key', content: describeAttention({ ...connection, reason: 'key_rejected' }) },
    { name: 'source-silent', title: 'Nothing was heard from a source for a day', content: describeAttention({ ...connection, reason: 'silent_for_a_day' }) },
    { name: 'source-recovered', title: 'A source can be seen again', content: describeRecovered({ ...connection, recoveredAt: new Date('2026-11-20T09:41:00Z') }) },
    { name: 'test-alert', title: 'A test', content: describeTest({ ...frame, askedBy: 'ada@acme.example', askedAt: THROUGH, zone: 'UTC' }) },
  ];
}

/** The shape of a signed note; the signature is made up. */
const CHECKPOINT = `keymeter/11111111-1111-4111-8111-111111111111
1482
4CYxT0pXh1uW2nA6rQ9mZc3vKe8sJf5gLd7bNy0tHiE=
2026-11-19T14:00:07Z

— keymeter-audit az3fQ0p1bXk2c9d8e7f6g5h4i3j2k1l0m9n8o7p6q5r4s3t2u1v0w9x8y7z6a5b4c3d2e1f0g9h8i7j6k5l4m3n2
`;
