import { Card } from '#app/_components/card.tsx';
import { cx } from '#app/_components/class-names.ts';

const WAY: readonly { what: string; how: string }[] = [
  { what: 'Your browser', how: 'seals the key to the worker’s public key. Only the seal is sent.' },
  { what: 'The web server', how: 'stores the seal. It holds nothing that opens it.' },
  { what: 'The worker', how: 'writes into the audit trail that it opens the key, opens it, and asks the provider.' },
  { what: 'At rest', how: 'it is encrypted under a key of your organisation. Only its prefix and last four are ever shown.' },
];

/** The key's way, for somebody who is about to hand one over. `across`: the four stations side by side where there is room. */
export function KeyWayCard({ across }: { across?: boolean }) {
  return (
    <Card title="Where the key goes">
      <ol className={cx('grid text-sm', across ? 'md:grid-cols-4' : undefined)}>
        {WAY.map(({ what, how }) => (
          <li key={what} className={cx('relative border-l border-line-strong/50 pb-4 pl-4 last:pb-0', across ? 'md:border-t md:border-l-0 md:pt-3 md:pr-5 md:pb-0 md:pl-0' : undefined)}>
            <span className={cx('absolute top-1.5 -left-1 size-2 rounded-full bg-copper', across ? 'md:-top-1 md:left-0' : undefined)} aria-hidden="true" />
            <span className="font-medium">{what}</span> <span className="text-ink-2">{how}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
