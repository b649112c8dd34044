import type { Attempt } from '#app/_server/attempt.ts';
import { Card } from '#app/_components/card.tsx';
import { formatCompactCount, formatCount, formatPercent } from '#app/_components/figure-format.ts';
import { PartError } from '#app/_components/part-error.tsx';
import { providerName } from '#app/_components/provider-look.ts';
import { RowTh, Table, Td, Th } from '#app/_components/table.tsx';
import type { TokenTotal } from '#lib/usage/read-spend.ts';
import { rangeText } from '../_data/span.ts';
import type { Span } from '../_data/span.ts';

export function TokensCard({ tokens, span }: { tokens: Attempt<TokenTotal[]>; span: Span }) {
  return (
    <Card title="Tokens" hint={`From the providers’ usage reports, ${rangeText(span)}`} flush={tokens.ok && tokens.value.length > 0}>
      {!tokens.ok ? (
        <PartError what="Tokens" sentence={tokens.failure.sentence} />
      ) : tokens.value.length === 0 ? (
        <p className="py-2 text-sm text-ink-3">No usage was read for these days yet.</p>
      ) : (
        <Table label="Tokens by provider">
          <thead>
            <tr>
              <Th>Provider</Th>
              <Th numeric>Input</Th>
              <Th numeric>From cache</Th>
              <Th numeric>Output</Th>
              <Th numeric wideOnly>
                Requests
              </Th>
            </tr>
          </thead>
          <tbody>
            {tokens.value.map((total) => (
              <tr key={total.provider}>
                <RowTh>{providerName(total.provider)}</RowTh>
                <Count count={total.inputTokens} />
                <Td numeric title={`${formatCount(total.cacheReadTokens)} tokens read from a cache`}>
                  {formatPercent(shareOf(total.cacheReadTokens, total.inputTokens))}
                </Td>
                <Count count={total.outputTokens} />
                {total.requests === 0n ? (
                  <Td numeric wideOnly className="text-ink-3" title="This provider does not count requests.">
                    not counted
                  </Td>
                ) : (
                  <Count count={total.requests} wideOnly />
                )}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function Count({ count, wideOnly }: { count: bigint; wideOnly?: boolean }) {
  return (
    <Td numeric wideOnly={wideOnly ?? false} title={formatCount(count)}>
      {formatCompactCount(count)}
    </Td>
  );
}

/** In basis points; null of nothing. */
function shareOf(part: bigint, whole: bigint): bigint | null {
  return whole === 0n ? null : (part * 10_000n) / whole;
}
