/** What a check found. `fails` stops a deployment, `warns` should be looked at. Sentences hold no value of a secret. */
export interface Finding {
  readonly grade: 'ok' | 'warns' | 'fails';
  readonly subject: string;
  readonly says: string;
}

export const ok = (subject: string, says: string): Finding => ({ grade: 'ok', subject, says });
export const warns = (subject: string, says: string): Finding => ({ grade: 'warns', subject, says });
export const fails = (subject: string, says: string): Finding => ({ grade: 'fails', subject, says });

/** The kind of failure in our words: a driver's message can repeat the address with its password. */
export function reasonOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  const known: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'the host name is unknown',
    EAI_AGAIN: 'the name server did not answer',
    ETIMEDOUT: 'no answer in time',
    '28P01': 'the password is wrong',
    '28000': 'the role may not log in',
    '3D000': 'the database does not exist',
    '42501': 'a privilege is missing',
    '42883': 'a function is missing: apply the migrations',
    CERT_HAS_EXPIRED: 'the certificate has expired',
    SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is self-signed',
  };
  const found = code ?? cause?.code ?? '';
  return known[found] ?? (found ? `error ${found}` : 'it failed for a reason that is not known here');
}
