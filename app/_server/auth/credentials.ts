/** What people type to sign in or up, as schemas. */
import { z } from 'zod';

/** As it is compared and counted: trimmed, lower case. */
export const mailAddress = z
  .string({ error: 'Enter your e-mail address.' })
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email({ error: 'This is not an e-mail address.' }).max(254, 'This is not an e-mail address.'));

/** For signing in nothing is said about a password's form: that would only help who guesses. */
export const anyPassword = z.string({ error: 'Enter your password.' }).min(1, 'Enter your password.').max(1_000, 'This is longer than a password may be.');

/** Auth hashes with bcrypt, which reads 72 bytes and would ignore the rest. */
const MAX_BYTES = 72;
const MIN_CHARACTERS = 12;

export const newPassword = z
  .string({ error: 'Choose a password.' })
  .min(MIN_CHARACTERS, `Use at least ${MIN_CHARACTERS} characters. Four or five words make a good one.`)
  .refine((text) => Buffer.byteLength(text, 'utf8') <= MAX_BYTES, `Use at most ${MAX_BYTES} characters.`)
  .refine((text) => !isGuessable(text), 'This is among the first that are guessed. Choose something less regular.');

const OBVIOUS = ['password', 'passwort', 'qwertyuiop', 'asdfghjkl', '1234567890', 'letmein', 'iloveyou', 'administrator', 'welcome', 'keymeter', 'abcdefghijkl', 'trustno1', 'changeme'];

/** Long, and still no secret: one character or a short piece over and over, or an obvious word with a few digits. */
export function isGuessable(password: string): boolean {
  const text = password.toLowerCase();
  if (new Set(text).size < 5) return true;
  if (/^(.{1,4})\1+.{0,3}$/s.test(text)) return true;
  const rest = OBVIOUS.reduce((left, word) => left.replaceAll(word, ''), text).replace(/[\d\s!?.@#$%_-]/g, '');
  return rest.length < 3;
}
