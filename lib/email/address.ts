/** Mail addresses, checked before they come near a header or the mail service. */
import { domainToASCII } from 'node:url';
import { isHeaderSafe } from '#lib/email/safe-text.ts';

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/**
 * One bare address as it goes to the mail service: the domain in ASCII and lower case. Quoted local parts, comments and
 * lists are refused: nobody signs up with them, and attackers like them. null when it is not an address.
 */
export function mailAddress(text: string): string | null {
  const at = text.lastIndexOf('@');
  if (at < 1 || !isHeaderSafe(text)) return null;
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  if (local.length > 64 || !LOCAL.test(local) || !DOMAIN.test(domain)) return null;
  return local.length + 1 + domain.length <= 254 ? `${local}@${domain}` : null;
}

/** `Keymeter <alerts@example.com>` or a bare address; null when it is neither. */
export function mailSender(text: string): string | null {
  const named = /^([^<>"@,;:\\]{1,80}) <([^<>]+)>$/.exec(text.trim());
  if (!named) return mailAddress(text.trim());
  const [, name = '', bare = ''] = named;
  const address = mailAddress(bare);
  return address && isHeaderSafe(name) ? `${name.trim()} <${address}>` : null;
}
