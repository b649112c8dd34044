import { LockKeyhole } from 'lucide-react';
import { Button } from '#app/_components/button.tsx';

const SHOWN_CHARACTERS = 34;

/** What stands in the field's place once the key is sealed: the very text that leaves the browser. */
export function SealedStrip({ text, shown, onPasteAgain }: { text: string; shown: string; onPasteAgain: (() => void) | null }) {
  return (
    <div className="flex flex-col gap-1.5">
      <p className="text-sm font-medium">Sealed in this browser</p>
      <div className="flex min-h-11 items-center gap-3 rounded-control border border-good/40 bg-good-soft px-3">
        <LockKeyhole className="size-4 shrink-0 text-good" aria-hidden="true" />
        <code className="min-w-0 flex-1 truncate font-mono text-sm">{text.slice(0, SHOWN_CHARACTERS)}…</code>
      </div>
      <div className="flex min-h-11 items-start justify-between gap-x-4 text-sm text-ink-3">
        <p className="min-w-0">
          The key <span className="font-mono">{shown}</span> as it leaves this page. The plaintext is gone.
        </p>
        {onPasteAgain ? (
          <Button look="ghost" size="sm" onClick={onPasteAgain}>
            Paste another key
          </Button>
        ) : null}
      </div>
    </div>
  );
}
