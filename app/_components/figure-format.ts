/**
 * Figures as people read them. Everything works on decimal text or bigint: a float never touches an amount, so what is
 * shown is what was stored, rounded once and only for the eye.
 */
import { Money } from '#lib/money.ts';

const MINUS = '−';
const SYMBOLS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹' };
const WITHOUT_CENTS = new Set(['JPY', 'KRW', 'CLP', 'VND']);

/** `1234567.5` -> `1,234,567.5`, on the text. */
export function groupDigits(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export type MoneyText = {
  /** Rounded for reading: `$1,234.57`, `−$3.20`, `<$0.01`, `>−$0.01`. */
  readonly text: string;
  /** Every stored digit with the currency's code, for a title: `1234.567 USD`. */
  readonly exact: string;
  readonly negative: boolean;
};

/**
 * @param amount decimal text in the currency's major unit.
 * @param decimals places to show; by default the currency's own (2, or 0 for yen).
 * @throws MoneyError when `amount` is not decimal text.
 */
export function formatMoney(amount: string, currency: string, decimals?: number): MoneyText {
  const money = Money.parse(amount, currency);
  const places = decimals ?? (WITHOUT_CENTS.has(money.currency) ? 0 : 2);
  const exact = `${money.toDecimal()} ${money.currency}`;
  const negative = money.isNegative();
  const rounded = money.toFixedDecimal(places).replace('-', '');
  const sign = negative ? MINUS : '';
  if (!money.isZero() && /^[0.]+$/.test(rounded)) {
    // A cost too small to show is not "nothing": zero means that nothing was spent.
    const smallest = places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`;
    return { text: `${negative ? '>' : '<'}${sign}${withCurrency(smallest, money.currency)}`, exact, negative };
  }
  return { text: `${sign}${withCurrency(groupDigits(rounded), money.currency)}`, exact, negative };
}

function withCurrency(digits: string, currency: string): string {
  const symbol = SYMBOLS[currency];
  return symbol ? `${symbol}${digits}` : `${currency} ${digits}`;
}

/** `12345678` -> `12,345,678`. Takes integer text or a bigint: counters pass 2^53. */
export function formatCount(count: bigint | string | number): string {
  const whole = BigInt(count);
  return whole < 0n ? `${MINUS}${groupDigits((-whole).toString())}` : groupDigits(whole.toString());
}

const STEPS: readonly (readonly [bigint, string])[] = [
  [10n ** 12n, 'T'],
  [10n ** 9n, 'B'],
  [10n ** 6n, 'M'],
  [10n ** 3n, 'k'],
];

/** `12345678` -> `12.3M`, cut (never rounded up) to one decimal; below 1,000 as it is. */
export function formatCompactCount(count: bigint | string | number): string {
  const whole = BigInt(count);
  const size = whole < 0n ? -whole : whole;
  const step = STEPS.find(([unit]) => size >= unit);
  if (!step) return formatCount(whole);
  const tenths = (size * 10n) / step[0];
  const text = tenths >= 1000n || tenths % 10n === 0n ? groupDigits((tenths / 10n).toString()) : `${tenths / 10n}.${tenths % 10n}`;
  return `${whole < 0n ? MINUS : ''}${text}${step[1]}`;
}

/** Basis points as percent: `8040n` -> `80.4%`, cut to one decimal; null (a share of nothing) as a dash. */
export function formatPercent(basisPoints: bigint | number | null): string {
  if (basisPoints === null) return '–';
  const value = BigInt(basisPoints);
  const size = value < 0n ? -value : value;
  const tenth = (size / 10n) % 10n;
  return `${value < 0n ? MINUS : ''}${groupDigits((size / 100n).toString())}${tenth === 0n ? '' : `.${tenth}`}%`;
}
