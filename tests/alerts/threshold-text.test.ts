import { describe, expect, it } from 'vitest';
import { parseThreshold } from '#lib/alerts/threshold-text.ts';
import { DEFAULT_THRESHOLDS, MAX_BASIS_POINTS, thresholdKey } from '#lib/alerts/thresholds.ts';
import type { Threshold } from '#lib/alerts/thresholds.ts';
import { Money } from '#lib/money.ts';

describe('a stored threshold', () => {
  const amount: Threshold = { kind: 'actual', amount: Money.parse('412.500000000001', 'USD') };

  it.each([...DEFAULT_THRESHOLDS, amount, { kind: 'actual', basisPoints: MAX_BASIS_POINTS } as const].map((t) => [thresholdKey(t), t] as const))('%s reads back as what it was', (key, threshold) => {
    const parsed = parseThreshold(key);
    expect(parsed && thresholdKey(parsed)).toBe(key);
    expect(parsed).toEqual(threshold);
  });

  it.each(['', 'actual:bp:0', 'actual:bp:-5', 'actual:bp:100001', 'actual:bp:50.5', 'forecast:bp:5000', 'actual:usd:0', 'actual:usd:-1', 'actual:usd:1e9', 'actual:usd:', ' actual:bp:5000', 'actual:bp:5000,actual:bp:6000'])(
    '%j is none',
    (text) => {
      expect(parseThreshold(text)).toBeNull();
    },
  );
});
