/**
 * Which network addresses the worker may connect to. A provider's name that resolves into the machine's own network
 * (by a hijacked resolver or a rebinding answer) would hand an admin key, or the cloud's metadata service, to the
 * wrong side; so everything that is not plainly a public unicast address is refused.
 */
import { BlockList, isIP, SocketAddress } from 'node:net';

export type AddressKind = 'public' | 'loopback' | 'forbidden';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const forbidden4 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8], // "this network", connects to the machine itself on Linux
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, and Alibaba's metadata service
  ['168.63.129.16', 32], // Azure's host agent: a public number that answers only inside
  ['169.254.0.0', 16], // link-local, the metadata service of most clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // protocol assignments, Oracle's metadata service
  ['192.0.2.0', 24],
  ['192.88.99.0', 24], // 6to4 relay
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const) {
  forbidden4.addSubnet(network, prefix, 'ipv4');
}

const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const forbidden6 = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23], // Teredo and other protocol assignments: an IPv4 address in disguise
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address in disguise
  ['3fff::', 20],
] as const) {
  forbidden6.addSubnet(network, prefix, 'ipv6');
}
const nat64 = new BlockList();
nat64.addSubnet('64:ff9b::', 96, 'ipv6');

/** `address` is an IPv4 or IPv6 literal without brackets; anything else is `forbidden`. */
export function addressKind(address: string): AddressKind {
  const bare = address.split('%', 1)[0] ?? '';
  const version = isIP(bare);
  if (version === 4) return v4Kind(bare);
  if (version === 6) return v6Kind(bare);
  return 'forbidden';
}

function v4Kind(address: string): AddressKind {
  if (loopback.check(address, 'ipv4')) return 'loopback';
  return forbidden4.check(address, 'ipv4') ? 'forbidden' : 'public';
}

function v6Kind(address: string): AddressKind {
  const plain = new SocketAddress({ address, family: 'ipv6' }).address;
  if (plain === '::1') return 'loopback';
  // On IPv6-only networks the resolver translates public IPv4 hosts to this prefix; what counts is the host behind it.
  if (nat64.check(plain, 'ipv6')) return v4Kind(embedded4(plain)) === 'public' ? 'public' : 'forbidden';
  // Mapped (::ffff:0:0/96), compatible, unique-local, link-local, multicast: all outside 2000::/3.
  return global6.check(plain, 'ipv6') && !forbidden6.check(plain, 'ipv6') ? 'public' : 'forbidden';
}

/** The IPv4 address in the last 32 bits. `plain` is in inet_ntop's form. */
function embedded4(plain: string): string {
  const tail = plain.slice(plain.lastIndexOf('::') + 2).split(':');
  const [high = '0', low = '0'] = tail.length > 1 ? tail.slice(-2) : ['0', tail[0] || '0'];
  const bits = ((Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** Whether a URL's host is a loopback name or literal, without asking a resolver. */
export function isLoopbackHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || addressKind(bare) === 'loopback';
}
