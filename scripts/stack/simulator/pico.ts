/** Decimal texts of whole 10^-12 US dollars. Own arithmetic, so that the truth shares no code with what is tested against it. */

/** Exact decimal text of `units` of 10^-`decimals`, without trailing zeros: (1500000000000n, 12) is `1.5`. */
export function scaledToDecimal(units: bigint, decimals: number): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return `${negative ? '-' : ''}${digits}`;
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Dollars of 10^-12 dollars. */
export function picoToUsd(pico: bigint): string {
  return scaledToDecimal(pico, 12);
}

/** Cents of 10^-12 dollars: Anthropic's unit. */
export function picoToCents(pico: bigint): string {
  return scaledToDecimal(pico, 10);
}

/** The same value in scientific notation with a two-digit exponent: `0.00001` is `1e-05`, `12.5` is `1.25e+01`. */
export function toScientific(decimal: string): string {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const all = whole + fraction;
  const firstDigit = all.search(/[1-9]/);
  if (firstDigit < 0) return '0e+00';
  const exponent = whole.length - 1 - firstDigit;
  const digits = all.slice(firstDigit).replace(/0+$/, '');
  const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
  return `${negative ? '-' : ''}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A JSON number as OpenAI's servers print it: plain, but scientific below 0.0001. */
export function toJsonNumber(decimal: string): string {
  return /^-?0\.0000/.test(decimal) ? toScientific(decimal) : decimal;
}

/** The same value without an exponent: `1e-05` is `0.00001`. */
export function toPlainDecimal(text: string): string {
  const [mantissa = '0', exponentText = '0'] = text.toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const decimals = fraction.length - Number(exponentText);
  const digits = BigInt(whole + fraction);
  const plain = decimals >= 0 ? scaledToDecimal(digits, decimals) : String(digits * 10n ** BigInt(-decimals));
  return mantissa.startsWith('-') && digits !== 0n ? `-${plain}` : plain;
}
