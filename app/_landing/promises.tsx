import { BellRing, ReceiptText, ScrollText } from 'lucide-react';

const PROMISES = [
  {
    icon: ReceiptText,
    title: 'The bill, not a guess',
    text: 'Costs come from the providers’ own reports, day by day, and are added up exactly. What is only estimated is called that. What is unknown is never shown as zero.',
  },
  {
    icon: BellRing,
    title: 'One warning, in time',
    text: 'At half, at four fifths and at the end of a budget: one mail, once. If we can no longer see your costs, you are told that as well.',
  },
  {
    icon: ScrollText,
    title: 'A record that cannot be trimmed',
    text: 'Each use of a key is an entry in a hash chain, written before the key is opened. Checkpoints are signed, so that what was cut off or edited can be found.',
  },
] as const;

export function Promises() {
  return (
    <section aria-label="What it does" className="pb-16 lg:pb-24">
      <div className="graduation mb-10 h-2 opacity-70" aria-hidden="true" />
      <ul className="grid gap-10 md:grid-cols-3">
        {PROMISES.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <Icon className="size-6 text-copper" aria-hidden="true" />
            <h2 className="mt-3 text-xl font-semibold">{title}</h2>
            <p className="mt-2 text-ink-2">{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
