import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Money } from '#lib/money.ts';
import { JsonNumber, isCutJson, parseExactJson } from '#lib/providers/exact-json.ts';
import { amountText, centsText, count, textOrNull, unixTime } from '#lib/providers/wire.ts';

const read = <T>(schema: { safeParse(value: unknown): { success: boolean; data?: T } }, value: unknown): T | 'refused' => {
  const result = schema.safeParse(value);
  return result.success ? (result.data as T) : 'refused';
};
/** Decimal text of up to twelve decimals: what a column of numeric(38,12) keeps. */
const decimal = fc.tuple(fc.bigInt(0n, 10n ** 20n), fc.nat({ max: 12 })).map(([digits, decimals]) => {
  const text = digits.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
});
/** The same number in scientific notation. */
const scientific = (text: string): string => {
  const [whole = '', fraction = ''] = text.split('.');
  return `${BigInt(whole + fraction)}E-${fraction.length}`;
};

describe('amounts', () => {
  it('survive JSON as number, text and scientific notation with every digit', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const exact = Money.parse(text, 'USD').toDecimal();
        for (const sent of [text, `"${text}"`, scientific(text), `"${scientific(text)}"`]) {
          const body = parseExactJson(`{"value":${sent}}`) as { value: unknown };
          if (read(amountText, body.value) !== exact) return false;
        }
        return true;
      }),
    );
  });

  it('are a hundredth of their cents exactly', () => {
    fc.assert(
      fc.property(fc.tuple(fc.bigInt(0n, 10n ** 20n), fc.nat({ max: 10 })), ([digits, decimals]) => {
        const text = digits.toString().padStart(decimals + 1, '0');
        const cents = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
        const dollars = read<string>(centsText, cents);
        return dollars !== 'refused' && Money.parse(dollars, 'USD').pico === digits * 10n ** BigInt(10 - decimals);
      }),
    );
  });

  it('sum to the same total whichever way they were sent', () => {
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 30 }), (texts) => {
        const sum = (values: string[]) => values.reduce((total, value) => total.plus(Money.parse(value, 'USD')), Money.zero('USD')).toDecimal();
        const body = parseExactJson(`[${texts.join()}]`) as unknown[];
        return sum(body.map((value) => read<string>(amountText, value))) === sum(texts);
      }),
    );
  });

  it('are never taken from anything but plain decimal text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('NaN', 'Infinity', '-1', '0x1', '1_000', '1,5', '', '--1', '1e', 'e5', '.', '+', '1e999999999', '1e308')), (text) => {
        const result = read<string>(amountText, text);
        return result === 'refused' || (/^\d+(\.\d+)?$/.test(result) && /^\s*\+?-?\d/.test(text));
      }),
    );
    for (const wrong of [null, undefined, true, {}, [], Number.NaN, Number.POSITIVE_INFINITY, -1, '-0.000001']) expect(read(amountText, wrong)).toBe('refused');
  });
});

describe('counts and times', () => {
  it.each([
    [new JsonNumber('0'), 0n],
    [new JsonNumber('9223372036854775807'), 9223372036854775807n],
    [new JsonNumber('1e3'), 1000n],
    [new JsonNumber('12.0'), 12n],
    ['7', 7n],
    [new JsonNumber('9223372036854775808'), 'refused'],
    [new JsonNumber('-1'), 'refused'],
    [new JsonNumber('0.5'), 'refused'],
    [null, 'refused'],
    [{}, 'refused'],
  ])('reads %j', (sent, expected) => {
    expect(read(count, sent)).toBe(expected);
  });

  it.each([[1795046400, '2026-11-19T00:00:00.000Z'], [1795046400000, 'refused'], [0, 'refused'], [-1, 'refused'], ['soon', 'refused']])('reads the time %j', (sent, expected) => {
    const at = read(unixTime, sent);
    expect(at instanceof Date ? at.toISOString() : at).toBe(expected);
  });

  it('takes missing, null and empty text as not given, and refuses what cannot be stored', () => {
    expect([undefined, null, ''].map((value) => read(textOrNull, value))).toEqual([null, null, null]);
    expect(['a\u0000', 'x'.repeat(2001), 5, {}].map((value) => read(textOrNull, value))).toEqual(['refused', 'refused', 'refused', 'refused']);
  });
});

describe('exact JSON', () => {
  it('says undefined for what is not JSON, quoting nothing', () => {
    for (const text of ['', '<html>', '{"a":', 'NaN', '{"a":NaN}', "{'a':1}", `${'['.repeat(200_000)}`]) expect(parseExactJson(text)).toBeUndefined();
  });

  it('tells a cut body from a wrong one', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, share) => {
        const text = JSON.stringify({ data: value });
        return !isCutJson(text) && isCutJson(text.slice(0, Math.max(1, Math.floor(text.length * share))));
      }),
    );
    expect([isCutJson(''), isCutJson('<html>{'), isCutJson('{"a":NaN}')]).toEqual([false, false, false]);
  });
});
