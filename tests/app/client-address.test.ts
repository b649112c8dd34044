import { describe, expect, it } from 'vitest';
import { addressBucket, clientAddress, PEER_HEADER } from '#app/_server/client-address.ts';
import { visitOf } from '#app/_server/visit.ts';

const asked = (forwarded: string | null, peer = '10.0.0.1') => new Headers({ [PEER_HEADER]: peer, ...(forwarded === null ? {} : { 'x-forwarded-for': forwarded }) });

describe('the client is who the trusted proxies saw, never who the client says it is', () => {
  it('ignores X-Forwarded-For when no proxy is trusted', () => {
    expect(clientAddress(asked('1.2.3.4'), 0)).toBe('10.0.0.1');
  });

  it.each([
    ['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7, 10.1.1.1', 2, '203.0.113.7'],
    ['203.0.113.7', 1, '203.0.113.7'],
    [' 203.0.113.7:4711 ', 1, '203.0.113.7'],
    ['[2001:db8::1]:443', 1, '2001:db8::1'],
    ['::ffff:203.0.113.7', 1, '203.0.113.7'],
    ['2001:DB8::A', 1, '2001:db8::a'],
  ])('takes %s with %i trusted as %s', (forwarded, hops, address) => {
    expect(clientAddress(asked(forwarded), hops)).toBe(address);
  });

  it.each([
    ['a request that came round the proxies', '6.6.6.6', 2],
    ['no header at all', null, 1],
    ['an entry that is no address', 'evil, <script>', 1],
  ])('falls back to the socket for %s', (_what, forwarded, hops) => {
    expect(clientAddress(asked(forwarded), hops)).toBe('10.0.0.1');
  });

  it('shares one bucket among those it cannot tell, and records no address for them', () => {
    expect(visitOf(new Headers(), 0)).toMatchObject({ bucket: 'unknown', ip: null, userAgent: null });
  });

  it('keeps what is recorded short and printable', () => {
    const { userAgent } = visitOf(new Headers({ 'user-agent': `x\ty${'z'.repeat(500)}` }), 0);
    expect(userAgent).toMatch(/^xyz+$/);
    expect(userAgent).toHaveLength(300);
  });
});

describe('limits count an IPv6 subscriber once', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket);
  });
});
