/**
 * The plain-text part, written for those who read it and not made from the HTML: aligned columns, nothing wider than
 * 72 characters but addresses, checkpoints and names.
 */
import type { Contributors, Fact, MailContent, MeterContent } from '#lib/email/content.ts';
import { clip } from '#lib/email/safe-text.ts';

const WIDTH = 72;

export function plainText(mail: MailContent): string {
  const parts = [underlined(mail.headline), ...body(mail), `${mail.link.label}:\n${mail.link.url}`];
  const foot = [mail.checkpoint ? checkpoint(mail.checkpoint) : '', wrap(mail.why, '')].filter(Boolean);
  return `${[...parts, ...after(mail)].join('\n\n')}\n\n-- \nKeymeter, ${mail.organization}\n\n${foot.join('\n\n')}\n`;
}

/** What stands before the link: what happened. */
function body(mail: MailContent): string[] {
  switch (mail.template) {
    case 'budget_alert':
      return [
        wrap(mail.covers, ''),
        [`${mail.spent} ${mail.ofBudget}${mail.percent ? `, ${mail.percent}` : ''}`, ...meter(mail.meter), mail.remaining].join('\n'),
        ...mail.cautions.map((caution) => wrap(caution, '! ')),
      ];
    case 'alert_resolved':
      return [wrap(mail.lead, ''), facts([mail.before, mail.after])];
    case 'connection_attention':
      return [wrap(mail.lead, ''), points('What to do', mail.steps, true)];
    case 'connection_recovered':
    case 'test_alert':
      return [wrap(mail.lead, '')];
  }
}

/** What stands after the link: the details. */
function after(mail: MailContent): string[] {
  switch (mail.template) {
    case 'budget_alert':
      return [...(mail.contributors ? [ledger(mail.contributors)] : []), facts(mail.facts), points('How this was computed', mail.howComputed, false)];
    case 'alert_resolved':
      return [facts(mail.facts), points('How this was computed', mail.howComputed, false)];
    case 'connection_attention':
      return [facts(mail.facts), points('Until then', mail.consequences, false)];
    case 'connection_recovered':
    case 'test_alert':
      return [facts(mail.facts)];
  }
}

function underlined(text: string): string {
  const lines = wrap(text, '').split('\n');
  return [...lines, '='.repeat(Math.max(...lines.map(length)))].join('\n');
}

/** The gauge in characters: `[##########--------|--]`, a stroke where a threshold lies ahead. */
function meter({ filled, marks }: MeterContent): string[] {
  const cells = 50;
  const full = filled >= 1000 ? cells : filled <= 0 ? 0 : Math.max(1, Math.floor((filled * cells) / 1000));
  const bar: string[] = Array.from({ length: cells }, (_, i) => (i < full ? '#' : '-'));
  for (const mark of marks) if (!mark.reached) bar[Math.min(cells - 1, Math.floor((mark.at * cells) / 1000))] = '|';
  const ahead = marks.filter((mark) => !mark.reached).map((mark) => mark.label);
  return [`[${bar.join('')}]${ahead.length > 0 ? ` next at ${ahead[0]}` : ''}`];
}

function ledger({ title, rows, rest }: Contributors): string {
  const lines = rows.map((row) => ({ label: row.kind ? `${row.name} (${row.kind})` : row.name, amount: row.amount, share: row.share }));
  if (rest) lines.push({ label: rest.label, amount: rest.value, share: '' });
  const amounts = Math.max(...lines.map((line) => length(line.amount)));
  const labels = Math.min(WIDTH - amounts - 12, Math.max(...lines.map((line) => length(line.label))));
  return [title, ...lines.map((line) => `  ${pad(clip(line.label, labels), labels)}  ${padLeft(line.amount, amounts)}  ${padLeft(line.share, 6)}`.trimEnd())].join('\n');
}

function facts(list: readonly Fact[]): string {
  const labels = Math.max(...list.map((fact) => length(fact.label)));
  return list.map((fact) => wrap(fact.value, `${pad(fact.label, labels)}  `, ' '.repeat(labels + 2))).join('\n');
}

function points(title: string, list: readonly string[], numbered: boolean): string {
  return [title, ...list.map((point, index) => wrap(point, numbered ? `${index + 1}. ` : '- ', numbered ? '   ' : '  '))].join('\n');
}

/** Verbatim: a re-wrapped line would not verify. */
function checkpoint(text: string): string {
  return `${wrap('Audit checkpoint. Keep this mail: with it, anyone can prove later that no entry before this one was changed or cut off.', '')}\n\n${text.trimEnd()}`;
}

function wrap(text: string, first: string, rest = ' '.repeat(first.length)): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && length(line) + 1 + length(word) > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}

/** Characters, not code units, so that columns with names in any script stay close to straight. */
function length(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - length(text)));
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - length(text))) + text;
}
