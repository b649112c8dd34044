/** Figures as a mail shows them. Everything is text made from exact amounts; no float touches money. */
import type { Money } from '#lib/money.ts';

const MINUS = '−';

/**
 * `$1,234.57`, `−$3.20`, `EUR 12.00`; a cost too small to show is `<$0.01`, because zero means that nothing was spent.
 * @param decimals places, 2 to 12; rounded half to even.
 */
export function moneyText(money: Money, decimals = 2): string {
  const rounded = money.toFixedDecimal(decimals).replace('-', '');
  const sign = money.isNegative() ? MINUS : '';
  if (!money.isZero() && /^[0.]+$/.test(rounded)) return `<${sign}${withCurrency(`0.${'0'.repeat(decimals - 1)}1`, money.currency)}`;
  const [whole = '', fraction = ''] = rounded.split('.');
  return `${sign}${withCurrency(`${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`, money.currency)}`;
}

/**
 * Two amounts that are compared in one sentence, with as many decimals as it takes to tell them apart: "$400.00 is
 * below $400.00" would be nonsense.
 */
export function moneyTexts(a: Money, b: Money): [string, string] {
  for (let decimals = 2; decimals < 12; decimals += 2) {
    const texts: [string, string] = [moneyText(a, decimals), moneyText(b, decimals)];
    if (texts[0] !== texts[1] || a.compare(b) === 0) return texts;
  }
  return [moneyText(a, 12), moneyText(b, 12)];
}

/** Basis points as percent, cut (never rounded up) to one decimal: 8240 -> `82.4%`, 8000 -> `80%`. */
export function percentText(basisPoints: bigint | number): string {
  const points = BigInt(basisPoints);
  const size = points < 0n ? -points : points;
  const tenth = (size / 10n) % 10n;
  const whole = (size / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${points < 0n ? MINUS : ''}${whole}${tenth === 0n ? '' : `.${tenth}`}%`;
}

/** `19 Nov 2026, 14:00 UTC`, or `19 Nov 2026, 15:00 (Europe/Madrid)`. */
export function instantText(instant: Date, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  // `Sept` in some versions of the locale data: months have three letters here.
  return `${parts['day']} ${parts['month']?.slice(0, 3)} ${parts['year']}, ${parts['hour']}:${parts['minute']} ${zone === 'UTC' ? 'UTC' : `(${zone})`}`;
}

function withCurrency(digits: string, currency: string): string {
  return currency === 'USD' ? `$${digits}` : `${currency} ${digits}`;
}
