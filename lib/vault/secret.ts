/**
 * A plaintext that cannot be printed by accident: every way of turning it into text gives `[redacted]`, its bytes are
 * a private field that neither inspection nor structured cloning reaches, and `dispose()` overwrites them.
 *
 * Limit, stated as such: `reveal()` makes a string, and JavaScript strings can be neither overwritten nor forced out of
 * memory. What was revealed lives until the garbage collector reuses its place.
 */
import { VaultError } from '#lib/vault/vault-error.ts';

const REDACTED = '[redacted]';

export class Secret implements Disposable {
  #bytes: Buffer | null;

  /** Takes the buffer over: the caller must not keep or zero it. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** For a value that is a string already, e.g. in tests. The string itself cannot be zeroed. */
  static fromText(text: string): Secret {
    const bytes = Buffer.alloc(Buffer.byteLength(text));
    bytes.write(text);
    return new Secret(bytes);
  }

  /** The plaintext as a string, for the one header it goes into. @throws VaultError `secret_disposed` */
  reveal(): string {
    return this.withBytes((bytes) => bytes.toString('utf8'));
  }

  /** Lends the bytes themselves, for encryption and fingerprints; they must not be kept. @throws VaultError `secret_disposed` */
  withBytes<T>(use: (bytes: Buffer) => T): T {
    if (!this.#bytes) throw new VaultError('secret_disposed', 'a secret was used after its opening had ended');
    return use(this.#bytes);
  }

  /** Overwrites the bytes. Safe to call twice. */
  dispose(): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
