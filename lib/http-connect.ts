/** The connector under the dispatcher of lib/http.ts: nothing is sent before the peer's address was judged. */
import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { addressKind } from './http-address.ts';
import { HttpError, type HttpErrorCode } from './http-error.ts';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

export interface ConnectOptions {
  allowLoopback: boolean;
  timeoutMs: number;
  /** Certificates to trust instead of the system's, PEM. */
  ca?: readonly string[];
  resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

/** Checks literals before, names while, and the peer after connecting: whatever the resolver says next is irrelevant. */
export function guardedConnector(options: ConnectOptions): buildConnector.connector {
  const resolve = options.resolve ?? ((hostname: string) => dnsLookup(hostname, { all: true }) as Promise<ResolvedAddress[]>);
  const passes = (address: string): boolean => {
    const kind = addressKind(address);
    return kind === 'public' || (kind === 'loopback' && options.allowLoopback);
  };
  const lookup: LookupFunction = (hostname, { all }, done) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        // One bad address among good ones is refused too: the choice between them is not ours.
        if (!first || !addresses.every(({ address }) => passes(address))) {
          const code: HttpErrorCode = first ? 'host_refused' : 'unavailable';
          return done(new HttpError(code, first ? 'the host resolves to an address inside a network' : 'no address'), '');
        }
        return all ? done(null, [...addresses]) : done(null, first.address, first.family);
      },
      () => done(new HttpError('unavailable', 'the name could not be resolved'), ''),
    );
  };
  const connect = buildConnector({
    lookup,
    rejectUnauthorized: true,
    // No session reuse: a resumed session skips the check of the certificate's name.
    maxCachedSessions: 0,
    allowH2: false,
    timeout: options.timeoutMs,
    ...(options.ca ? { ca: [...options.ca] } : {}),
  });
  return (target, done) => {
    // A literal address never reaches `lookup`.
    if (/^[\d.]+$|:/.test(target.hostname) && !passes(target.hostname)) {
      return done(new HttpError('host_refused', 'the address is inside a network'), null);
    }
    connect(target, (...result) => {
      const [error, socket] = result;
      if (!error && !passes(socket.remoteAddress ?? '')) {
        socket.destroy();
        return done(new HttpError('host_refused', 'connected to an address inside a network'), null);
      }
      done(...result);
    });
  };
}
