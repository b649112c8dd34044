/** A budget as a gauge, drawn with table cells: mail clients show neither SVG nor positioned elements. */
import type { MeterContent, Tone } from '#lib/email/content.ts';
import { LIGHT } from '#lib/email/theme.ts';

const EMPTY = { fontSize: 0, lineHeight: 0, padding: 0 } as const;

export function Meter({ meter, tone }: { meter: MeterContent; tone: Tone }) {
  return (
    <div role="img" aria-label={meter.description}>
      <table width="100%" cellPadding="0" cellSpacing="0" border={0} role="presentation" style={{ marginTop: '14px', tableLayout: 'fixed', borderCollapse: 'separate' }}>
        <tbody>
          <tr>
            {gauge(meter, tone).map(({ key, width, className, color }, index, all) => (
              <td
                key={key}
                className={className}
                width={`${width / 10}%`}
                style={{ ...EMPTY, width: `${width / 10}%`, height: '14px', backgroundColor: color, borderRadius: corners(index === 0, index === all.length - 1) }}
              >
                &nbsp;
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      <table width="100%" cellPadding="0" cellSpacing="0" border={0} role="presentation" style={{ tableLayout: 'fixed' }}>
        <tbody>
          <tr>
            {scale(meter).map((cell) => (
              <td key={cell.at} width={`${cell.width / 10}%`} style={{ padding: 0, width: `${cell.width / 10}%`, verticalAlign: 'top' }}>
                {cell.mark ? <Mark label={cell.label} reached={cell.reached} /> : null}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Mark({ label, reached }: { label: string; reached: boolean }) {
  return (
    <>
      <div className="km-tick" style={{ height: '6px', fontSize: 0, lineHeight: 0, borderRight: `1px solid ${LIGHT.ink3}` }} />
      <div
        className={reached ? 'km-ink' : 'km-ink3'}
        style={{ textAlign: 'right', fontSize: '12px', lineHeight: '18px', whiteSpace: 'nowrap', color: reached ? LIGHT.ink : LIGHT.ink3, fontWeight: reached ? 600 : 400 }}
      >
        {label}
      </div>
    </>
  );
}

/** What is spent, what is left; or what the budget covered and what went beyond it. Widths add up to 1000. */
function gauge({ filled, budgetAt }: MeterContent, tone: Tone): { key: string; width: number; className: string; color: string }[] {
  const over = filled > budgetAt && budgetAt > 0;
  // One percent is the least that can be seen as "something".
  const spent = filled <= 0 ? 0 : Math.max(10, filled);
  return [
    { key: 'covered', width: over ? budgetAt : 0, className: 'km-covered', color: LIGHT.covered },
    { key: 'spent', width: over ? spent - budgetAt : spent, className: `km-${tone}-fill`, color: LIGHT.tone[tone].fill },
    { key: 'left', width: 1000 - spent, className: 'km-inset', color: LIGHT.inset },
  ].filter(({ width }) => width > 0);
}

function corners(first: boolean, last: boolean): string {
  return `${first ? '4px' : 0} ${last ? '4px 4px' : '0 0'} ${first ? '4px' : 0}`;
}

interface ScaleCell {
  at: number;
  width: number;
  mark: boolean;
  label: string;
  reached: boolean;
}

/** Below this a cell has no room for its label. */
const LABEL_PERMILLE = 90;

/** The marks as cells side by side, each ending at its mark; their widths add up to the whole. */
function scale(meter: MeterContent): ScaleCell[] {
  const cells: ScaleCell[] = [];
  let from = 0;
  for (const mark of meter.marks) {
    if (mark.at <= from || mark.at > 1000) continue;
    const width = mark.at - from;
    cells.push({ at: mark.at, width, mark: true, label: width >= LABEL_PERMILLE ? mark.label : '', reached: mark.reached });
    from = mark.at;
  }
  if (from < 1000) cells.push({ at: 1000, width: 1000 - from, mark: false, label: '', reached: false });
  return cells;
}
