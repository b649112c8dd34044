import { Callout } from './callout.tsx';
import { RetryButton } from './retry-button.tsx';

/** In the place of what could not be read, so that the rest of the page stays useful. */
export function PartError({ what, sentence }: { what: string; sentence: string }) {
  return (
    <Callout tone="bad" title={`${what} could not be loaded`} actions={<RetryButton />}>
      {sentence}
    </Callout>
  );
}
