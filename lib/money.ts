/**
 * Money is exact decimal text on the wire and in Postgres (`numeric(38,12)`), and a count of 10^-12 units here.
 * It is a class with a private field, so that `a + b`, `a * 2` and `a > b` do not compile: a binary float can
 * never creep into a sum, and two currencies can never be added.
 */

const SCALE = 12;
const UNITS_PER_ONE = 10n ** BigInt(SCALE);
/** numeric(38,12) holds 26 digits before the point. */
const LIMIT = 10n ** 38n;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

export type Currency = string;

export class MoneyError extends Error {
  override readonly name = 'MoneyError';
  readonly code: 'not_decimal' | 'out_of_range' | 'currency_mismatch';
  constructor(code: 'not_decimal' | 'out_of_range' | 'currency_mismatch', message: string) {
    super(message);
    this.code = code;
  }
}

export class Money {
  readonly #pico: bigint;
  readonly currency: Currency;

  private constructor(pico: bigint, currency: Currency) {
    this.#pico = pico;
    this.currency = currency;
    Object.freeze(this);
  }

  /** @param pico 10^-12 of the currency's major unit (1 USD = 10^12). */
  static fromPico(pico: bigint, currency: Currency): Money {
    if (pico >= LIMIT || pico <= -LIMIT) throw new MoneyError('out_of_range', 'amount does not fit numeric(38,12)');
    return new Money(pico, currency.toUpperCase());
  }

  /**
   * Reads decimal text (`12.5`, `1e-05`, `0E-6176`) in the currency's major unit. Digits past the twelfth decimal are
   * rounded half to even, as Postgres would not: the caller sees the same figure before and after storage.
   * @throws MoneyError `not_decimal` for NaN, Infinity, hex, blanks; `out_of_range` beyond numeric(38,12).
   */
  static parse(text: string, currency: Currency): Money {
    return Money.fromPico(decimalToScaled(text, SCALE), currency);
  }

  static zero(currency: Currency): Money {
    return new Money(0n, currency.toUpperCase());
  }

  get pico(): bigint {
    return this.#pico;
  }

  plus(other: Money): Money {
    this.#sameCurrency(other);
    return Money.fromPico(this.#pico + other.#pico, this.currency);
  }

  minus(other: Money): Money {
    this.#sameCurrency(other);
    return Money.fromPico(this.#pico - other.#pico, this.currency);
  }

  /** this * numerator / denominator, rounded half to even. */
  scale(numerator: bigint, denominator: bigint): Money {
    return Money.fromPico(divideHalfEven(this.#pico * numerator, denominator), this.currency);
  }

  /** -1, 0 or 1. */
  compare(other: Money): -1 | 0 | 1 {
    this.#sameCurrency(other);
    return this.#pico < other.#pico ? -1 : this.#pico > other.#pico ? 1 : 0;
  }

  isZero(): boolean {
    return this.#pico === 0n;
  }

  isNegative(): boolean {
    return this.#pico < 0n;
  }

  /** Share of `whole` in basis points (1/100 of a percent), rounded towards zero; null when `whole` is zero. */
  basisPointsOf(whole: Money): bigint | null {
    this.#sameCurrency(whole);
    return whole.#pico === 0n ? null : (this.#pico * 10_000n) / whole.#pico;
  }

  /** Shortest exact decimal text, e.g. `12.5`; the form that goes to Postgres and into JSON. */
  toDecimal(): string {
    const sign = this.#pico < 0n ? '-' : '';
    const abs = this.#pico < 0n ? -this.#pico : this.#pico;
    const fraction = (abs % UNITS_PER_ONE).toString().padStart(SCALE, '0').replace(/0+$/, '');
    return `${sign}${abs / UNITS_PER_ONE}${fraction ? `.${fraction}` : ''}`;
  }

  /** Decimal text rounded half to even to `decimals` places, e.g. cents with 2; for display after summing only. */
  toFixedDecimal(decimals: number): string {
    const rounded = divideHalfEven(this.#pico, 10n ** BigInt(SCALE - decimals));
    const sign = rounded < 0n ? '-' : '';
    const digits = (rounded < 0n ? -rounded : rounded).toString().padStart(decimals + 1, '0');
    return decimals === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  }

  toJSON(): { amount: string; currency: Currency } {
    return { amount: this.toDecimal(), currency: this.currency };
  }

  #sameCurrency(other: Money): void {
    if (other.currency !== this.currency) {
      throw new MoneyError('currency_mismatch', `cannot combine ${this.currency} with ${other.currency}`);
    }
  }
}

/** Decimal text as an integer of 10^-scale units, rounded half to even. */
export function decimalToScaled(text: string, scale: number): bigint {
  const match = DECIMAL.exec(text.trim());
  if (!match) throw new MoneyError('not_decimal', 'amount is not decimal text');
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  const shift = scale - fraction.length + Number(exponentText);
  // A shift past the column's width is either zero or does not fit; without this bound `1e999999` would allocate.
  if (shift > 60) throw new MoneyError('out_of_range', 'amount does not fit numeric(38,12)');
  const scaled =
    shift >= 0 ? digits * 10n ** BigInt(shift) : -shift > whole.length + fraction.length + 1 ? 0n : divideHalfEven(digits, 10n ** BigInt(-shift));
  if (scaled >= LIMIT) throw new MoneyError('out_of_range', 'amount does not fit numeric(38,12)');
  return sign === '-' ? -scaled : scaled;
}

function divideHalfEven(value: bigint, divisor: bigint): bigint {
  const negative = value < 0n !== divisor < 0n;
  const a = value < 0n ? -value : value;
  const b = divisor < 0n ? -divisor : divisor;
  const quotient = a / b;
  const twice = (a % b) * 2n;
  const up = twice > b || (twice === b && quotient % 2n === 1n);
  const result = up ? quotient + 1n : quotient;
  return negative ? -result : result;
}

/**
 * Splits `total` by `weights` so that the parts sum to it exactly (largest remainder; ties go to the earlier part).
 * With no positive weight everything falls to the first part. Empty `weights` give an empty list.
 */
export function splitByLargestRemainder(total: Money, weights: readonly bigint[]): Money[] {
  if (weights.length === 0) return [];
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum <= 0n) return weights.map((_, i) => (i === 0 ? total : Money.zero(total.currency)));
  const sign = total.isNegative() ? -1n : 1n;
  const whole = total.pico * sign;
  const floors = weights.map((w) => (whole * w) / sum);
  let left = whole - floors.reduce((a, b) => a + b, 0n);
  const order = weights.map((w, i) => ({ i, rest: (whole * w) % sum })).sort((a, b) => (b.rest > a.rest ? 1 : b.rest < a.rest ? -1 : a.i - b.i));
  for (const { i } of order) {
    if (left === 0n) break;
    floors[i] = (floors[i] ?? 0n) + 1n;
    left -= 1n;
  }
  return floors.map((p) => Money.fromPico(p * sign, total.currency));
}
