/** Another host, to which a misbehaving provider redirects. It remembers every visit and whether a key came along. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keyIdOf } from './keys.ts';

export interface ForeignVisit {
  method: string;
  path: string;
  headerNames: readonly string[];
  /** Ids of everything in the headers and the address that looks like a provider's key. */
  keyIds: readonly string[];
}

export interface ForeignHost {
  url: string;
  visits(): readonly ForeignVisit[];
  close(): Promise<void>;
}

const KEY_SHAPED = /sk-[\x21-\x2b\x2d-\x3a\x3c-\x7e]{8,}/g;

export async function startForeignHost(host: string): Promise<ForeignHost> {
  const visits: ForeignVisit[] = [];
  const server = createServer((request, response) => {
    const carried = [...request.rawHeaders, unescaped(request.url ?? '')].join(' ').match(KEY_SHAPED) ?? [];
    visits.push({
      method: request.method ?? '',
      path: (request.url ?? '').split('?')[0] ?? '',
      headerNames: Object.keys(request.headers),
      keyIds: [...new Set(carried.map(keyIdOf))],
    });
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[],"has_more":false,"next_page":null}');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    visits: () => [...visits],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function unescaped(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
