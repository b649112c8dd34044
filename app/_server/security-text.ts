const VALID_DAYS = 180;

/**
 * @param contact `mailto:` or `https:` address; by default security@ the host that people reach us under.
 * Expires moves with each day, so that the file never goes stale while somebody runs it.
 */
export function securityText({ APP_URL, SECURITY_CONTACT }: { APP_URL: string; SECURITY_CONTACT?: string | undefined }, now: Date): string {
  const expires = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + VALID_DAYS));
  return [
    `Contact: ${SECURITY_CONTACT ?? `mailto:security@${new URL(APP_URL).hostname}`}`,
    `Expires: ${expires.toISOString().replace('.000Z', 'Z')}`,
    'Preferred-Languages: en',
    `Canonical: ${APP_URL}/.well-known/security.txt`,
    '',
  ].join('\n');
}
