import { headers } from 'next/headers';
import { addressBucket, clientAddress } from './client-address.ts';
import { webEnv } from './env.ts';

/** Set by proxy.ts on every request, over whatever the client sent. */
export const REQUEST_ID_HEADER = 'x-request-id';
export const PATH_HEADER = 'x-keymeter-path';

export type Visit = {
  readonly requestId: string;
  /** null when it is not known. */
  readonly ip: string | null;
  /** What limits by address count: never empty, `unknown` is one shared bucket. */
  readonly bucket: string;
  readonly userAgent: string | null;
};

const MAX_USER_AGENT = 300;

/** From where this request comes, signed in or not. */
export async function currentVisit(): Promise<Visit> {
  return visitOf(await headers(), webEnv().TRUSTED_PROXY_HOPS);
}

export function visitOf(given: Pick<Headers, 'get'>, trustedHops: number): Visit {
  const address = clientAddress(given, trustedHops);
  const userAgent = (given.get('user-agent') ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, MAX_USER_AGENT);
  return {
    requestId: given.get(REQUEST_ID_HEADER) ?? crypto.randomUUID(),
    ip: address === 'unknown' ? null : address,
    bucket: addressBucket(address),
    userAgent: userAgent === '' ? null : userAgent,
  };
}
