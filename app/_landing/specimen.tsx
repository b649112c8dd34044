import { Meter } from '../_components/meter.tsx';
import { Money } from '../_components/money.tsx';
import { providerColour, providerName } from '../_components/provider-look.ts';

const DAYS = [
  [31, 18], [34, 22], [29, 19], [12, 8], [10, 9], [38, 26], [41, 31], [44, 28], [39, 35], [43, 38], [15, 12], [13, 10], [47, 41], [52, 44], [49, 47], [55, 52], [58, 49],
] as const;
const BILLS = [
  { provider: 'openai', amount: '1204.37' },
  { provider: 'anthropic', amount: '964.12' },
] as const;

/** What the overview looks like, with invented figures, and it says so. */
export function Specimen() {
  return (
    <figure className="rounded-card border border-line bg-surface p-6 shadow-float">
      <figcaption className="flex items-baseline justify-between gap-4 text-sm text-ink-3">
        <span>This month so far</span>
        <span className="rounded-full bg-inset px-2 py-0.5 text-xs">Example figures</span>
      </figcaption>
      <p className="mt-1 font-display text-4xl font-semibold tracking-tight">
        <Money amount="2168.49" currency="USD" kind="billed" showKind />
      </p>
      <div className="mt-6 flex h-36 items-end gap-1.5 border-b border-line-strong" aria-hidden="true">
        {DAYS.map(([openai, anthropic], day) => (
          <span key={day} className="flex h-full flex-1 flex-col justify-end gap-px">
            <span className="rounded-t-[2px]" style={{ height: `${anthropic}%`, background: providerColour('anthropic') }} />
            <span style={{ height: `${openai}%`, background: providerColour('openai') }} />
          </span>
        ))}
      </div>
      <ul className="mt-4 space-y-1.5 text-sm">
        {BILLS.map(({ provider, amount }) => (
          <li key={provider} className="flex items-center gap-2">
            <span className="size-2.5 rounded-[3px]" style={{ background: providerColour(provider) }} aria-hidden="true" />
            <span className="flex-1">{providerName(provider)}</span>
            <Money amount={amount} currency="USD" />
          </li>
        ))}
      </ul>
      <div className="mt-6 border-t border-line pt-5">
        <Meter label="Example budget" basisPoints={8_674} thresholds={[50, 80, 100]}>
          Budget, <Money amount="2500" currency="USD" />
        </Meter>
      </div>
    </figure>
  );
}
