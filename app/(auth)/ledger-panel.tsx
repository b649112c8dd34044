const FACTS = [
  { title: 'Sealed before it leaves you', text: 'Your browser encrypts an admin key for the worker. The web server that you are talking to cannot read it.' },
  { title: 'Opened only on the record', text: 'The database gives a key out only after an audit entry is committed. You see each opening, and for how many milliseconds.' },
  { title: 'Exact to the cent', text: "Amounts come from the providers' own bills, and say what they are: billed, allocated, estimated or unknown." },
] as const;

/** The quiet half of the sign-in pages: what a person trusts us with, in three lines. */
export function LedgerPanel() {
  return (
    <aside className="relative hidden flex-col justify-center overflow-hidden border-l border-line bg-inset px-14 lg:flex" aria-label="About Keymeter">
      <Dial />
      <dl className="relative max-w-md space-y-7">
        {FACTS.map((fact) => (
          <div key={fact.title} className="border-l-2 border-copper pl-5">
            <dt className="font-display text-lg font-semibold">{fact.title}</dt>
            <dd className="mt-0.5 text-ink-2">{fact.text}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

/** The face of a meter, larger than the page. */
function Dial() {
  const ticks = Array.from({ length: 61 }, (_, i) => 210 - i * 4);
  return (
    <svg viewBox="-110 -110 220 220" className="pointer-events-none absolute -right-48 -bottom-80 size-[40rem] text-line-strong opacity-35" aria-hidden="true">
      {ticks.map((degrees, i) => {
        const long = i % 5 === 0;
        return <line key={degrees} x1={long ? 84 : 90} x2="96" transform={`rotate(${-degrees})`} stroke="currentColor" strokeWidth={long ? 0.9 : 0.45} />;
      })}
      <circle r="100" fill="none" stroke="currentColor" strokeWidth="0.5" />
      <line x1="-14" x2="80" transform="rotate(-62)" stroke="var(--copper)" strokeWidth="1.6" strokeLinecap="round" />
      <circle r="4" fill="var(--copper)" />
    </svg>
  );
}
