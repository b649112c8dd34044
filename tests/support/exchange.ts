/** One request and its answer as they are on the wire: any method, any path, nothing followed, nothing added. */
import { request, type IncomingHttpHeaders } from 'node:http';

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly setCookies: readonly string[];
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** @param path as it is sent, not tidied up */
export function exchange(origin: string, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Exchange> {
  const { hostname, port } = new URL(origin);
  return new Promise((done, fail) => {
    // Node frames the body of a DELETE only when told to.
    const framed = body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({ hostname, port, path, method, headers: framed, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', fail);
      response.once('end', () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, setCookies: response.headers['set-cookie'] ?? [], text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.once('error', fail);
    sent.end(body);
  });
}
