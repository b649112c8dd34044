/** Ports on loopback: the usual one when it is free, else any free one. */
import { createServer } from 'node:net';

/** Ports handed out by this process, so that two parts asking in a row never get the same one. */
const handedOut = new Set<number>();

/** The preferred port if nothing listens there, else one the system picks. `0` always lets the system pick. */
export async function freePort(preferred = 0): Promise<number> {
  if (preferred !== 0 && !handedOut.has(preferred) && (await canListen(preferred))) {
    handedOut.add(preferred);
    return preferred;
  }
  for (;;) {
    const port = await systemPort();
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}

function systemPort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

/**
 * Both loopback families are tried: a server on [::1] or on every address would otherwise be mistaken for a free port,
 * and a browser asking for `localhost` would reach that one.
 */
async function canListen(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0']) {
    const outcome = await tryListen(port, host);
    if (outcome === 'in use') return false;
  }
  return true;
}

function tryListen(port: number, host: string): Promise<'free' | 'in use' | 'no such address'> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      done(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT' ? 'no such address' : 'in use');
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done('free')));
  });
}
