/**
 * The signer's name in every checkpoint and in `AUDIT_PUBLIC_KEY`. One name for all installations: the key's own hash,
 * which stands beside the name, tells them apart. No blanks and no plus sign, as signed notes demand.
 */
export const AUDIT_KEY_NAME = 'keymeter.audit';
