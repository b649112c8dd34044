import { Card } from '#app/_components/card.tsx';

const WAY: readonly { what: string; how: string }[] = [
  { what: 'Your browser', how: 'seals the key to the worker’s public key. Only the seal is sent.' },
  { what: 'The web server', how: 'stores the seal. It holds nothing that opens it.' },
  { what: 'The worker', how: 'writes into the audit trail that it opens the key, opens it, and asks the provider.' },
  { what: 'At rest', how: 'it is encrypted under a key of your organisation. Only its prefix and last four are ever shown.' },
];

/** The key's way, for somebody who is about to hand one over. */
export function KeyWayCard() {
  return (
    <Card title="Where the key goes">
      <ol className="relative flex flex-col gap-4 border-l border-line-strong/50 pl-5 text-sm">
        {WAY.map(({ what, how }) => (
          <li key={what} className="relative">
            <span className="absolute top-1.5 -left-[1.4375rem] size-2 rounded-full bg-copper" aria-hidden="true" />
            <span className="font-medium">{what}</span> <span className="text-ink-2">{how}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
