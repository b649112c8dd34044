const STEPS = [
  { who: 'Your browser', does: 'seals the pasted key for the worker alone.' },
  { who: 'The web server', does: 'stores what it cannot read. It has no decryption key and no login to the database.' },
  { who: 'The database', does: 'hands the encrypted key to the worker only against a committed audit entry.' },
  { who: 'The worker', does: 'opens it, asks the provider for the bill, and writes down how long it was open.' },
] as const;

/** The way of a key, and plainly what is not promised. */
export function Custody() {
  return (
    <section aria-labelledby="custody" className="mb-16 rounded-card border border-line bg-inset p-6 sm:p-10 lg:mb-24">
      <h2 id="custody" className="text-2xl font-semibold sm:text-3xl">
        The way of a key
      </h2>
      <ol className="mt-6 grid gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-4">
        {STEPS.map(({ who, does }, i) => (
          <li key={who} className="border-t-2 border-accent pt-3">
            <span className="figures text-sm text-ink-3" aria-hidden="true">
              {i + 1}
            </span>
            <p className="mt-1">
              <strong className="font-semibold">{who}</strong> <span className="text-ink-2">{does}</span>
            </p>
          </li>
        ))}
      </ol>
      <p className="mt-8 max-w-3xl text-sm text-ink-2">
        What this does not do: an admin key can usually do more than read. Whoever takes over the worker could use the keys it opens; whoever takes over the web server could catch a
        key pasted while they hold it, but none that was handed over before. We would rather you knew.
      </p>
    </section>
  );
}
