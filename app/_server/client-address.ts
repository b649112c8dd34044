import { isIP } from 'node:net';

/** Set by `boot.ts` from the socket on every request, over whatever the client sent. */
export const PEER_HEADER = 'x-keymeter-peer';

const UNKNOWN = 'unknown';

/**
 * Who is asking, for limits and for the audit. With N trusted proxies in front, the Nth entry of X-Forwarded-For from the
 * right is the one that the outermost of them saw; everything left of it is the client's own invention. With none, the
 * header means nothing and the socket's peer counts. `unknown` when neither tells: one shared bucket, the strict side.
 */
export function clientAddress(headers: Pick<Headers, 'get'>, trustedHops: number): string {
  const peer = cleanAddress(headers.get(PEER_HEADER) ?? '') ?? UNKNOWN;
  if (trustedHops < 1) return peer;
  const chain = (headers.get('x-forwarded-for') ?? '').split(',');
  // Fewer entries than proxies: the request came round them, so the header is not theirs.
  const seen = chain.at(-trustedHops);
  return (seen === undefined ? undefined : cleanAddress(seen)) ?? peer;
}

/** Without port, brackets and the IPv4-in-IPv6 prefix; undefined when it is no address. */
function cleanAddress(text: string): string | undefined {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/, '$1')
    .replace(/%.*$/, '');
  return isIP(bare) ? bare : undefined;
}

/** What limits count by: an IPv4 address, or the /64 that one IPv6 subscriber owns. */
export function addressBucket(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
