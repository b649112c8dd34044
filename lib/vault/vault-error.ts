/** Everything that can go wrong between a sealed or encrypted text and its plaintext, as a closed list. */
export const VAULT_ERROR_CODES = [
  // configuration
  'key_list_malformed',
  'bad_key_length',
  'weak_key',
  'duplicate_key_id',
  'secrets_not_distinct',
  // envelopes at rest
  'envelope_malformed',
  'unknown_key_id',
  'authentication_failed',
  'bad_binding',
  'plaintext_length',
  // sealed by a browser
  'intake_malformed',
  'intake_unknown_key',
  'intake_authentication_failed',
  // opening under audit
  'audit_unavailable',
  'opening_refused',
  'sealed_text_unavailable',
  'secret_disposed',
] as const;
export type VaultErrorCode = (typeof VAULT_ERROR_CODES)[number];

/**
 * Carries a closed code and our own words. It never carries a cause: errors of crypto libraries and parsers may quote
 * what they were given.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;
  /** For the operator; names a variable, a key id, a rule. Never a secret, a ciphertext or a library's message. */
  readonly detail: string;
  constructor(code: VaultErrorCode, detail = '') {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}
