import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttp, mailFetch, parseUrl, type Http, type HttpOptions } from '#lib/http.ts';
import type { ResolvedAddress } from '#lib/http-connect.ts';
import { HttpError, type HttpErrorCode } from '#lib/http-error.ts';
import { makeCertificate } from './http-certificate.ts';

const SECRET = 'sk-admin-canary-0123456789abcdefghij';
const open: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listen(server: { listen: Server['listen']; address: Server['address']; close(): unknown; closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  open.push(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
const serve = (handler: (request: IncomingMessage, response: ServerResponse) => void) => listen(createServer(handler));
const serveTcp = (onText: (socket: import('node:net').Socket) => void) => {
  const sockets = new Set<import('node:net').Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => onText(socket));
  });
  open.push(() => sockets.forEach((socket) => socket.destroy()));
  return listen(server as never);
};

function http(options: Partial<HttpOptions> = {}): Http {
  const made = createHttp({ purpose: 'provider', allowedHosts: ['api.example.com'], allowLoopback: true, ...options });
  open.push(() => made.close());
  return made;
}
const get = (made: Http, url: string, signal?: AbortSignal) =>
  made.request({ method: 'GET', url: new URL(url), headers: { 'x-api-key': SECRET }, ...(signal ? { signal } : {}) });

async function failure(call: Promise<unknown>): Promise<HttpError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HttpError);
  const shown = JSON.stringify({ ...(error as HttpError), message: (error as HttpError).message, stack: (error as HttpError).stack, cause: (error as HttpError).cause ?? null });
  expect(shown).not.toContain('canary');
  return error as HttpError;
}
const code = async (call: Promise<unknown>): Promise<HttpErrorCode> => (await failure(call)).code;

describe('hosts and addresses', () => {
  it('sends nothing to a host that is not on the list, to http, or to an address with credentials', async () => {
    const made = http({ resolve: () => Promise.reject(new Error('must not be asked')) });
    for (const url of ['https://api.example.org/', 'https://api.example.com.evil.test/', 'https://evil-api.example.com/', 'http://api.example.com/', 'https://api.example.com:8443/', `https://user:${SECRET}@api.example.com/`]) {
      expect(await code(get(made, url)), url).toBe('host_refused');
    }
  });

  it('refuses loopback unless it is allowed, by name and by literal', async () => {
    const port = await serve((_, response) => response.end('{}'));
    for (const host of ['127.0.0.1', 'localhost', '127.9.9.9', '[::1]', '2130706433', '0x7f.1']) {
      expect(await code(get(http({ allowLoopback: false, allowedHosts: [`${host}:${port}`] }), `http://${host}:${port}/`)), host).toBe('host_refused');
    }
    expect((await get(http(), `http://127.0.0.1:${port}/`)).status).toBe(200);
    expect((await get(http(), `http://localhost:${port}/`)).status).toBe(200);
  });

  it.each([
    '10.0.0.1', '172.16.9.9', '192.168.1.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '168.63.129.16', '192.0.0.192', '0.0.0.0', '224.0.0.1', '255.255.255.255',
    '198.18.0.1', '::', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', 'ff02::1', '::ffff:169.254.169.254', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::7f00:1', '64:ff9b:1::808:808',
    '2002:7f00:1::', '2001:0:4136:e378::', '2001:db8::1', 'not an address',
  ])('refuses a listed host that resolves to %s', async (address) => {
    const made = http({ resolve: () => Promise.resolve([{ address: '93.184.215.14', family: 4 }, { address, family: address.includes(':') ? 6 : 4 }]) });
    expect(await code(get(made, 'https://api.example.com/'))).toBe('host_refused');
  });

  it.each(['10.0.0.1', '169.254.169.254', '[fd00:ec2::254]', '[::ffff:10.0.0.1]', '0.0.0.0'])('refuses the listed literal %s', async (host) => {
    expect(await code(get(http({ allowedHosts: [host] }), `https://${host}/`))).toBe('host_refused');
  });

  it('asks the resolver for every request, so an answer that flips to the metadata service is refused', async () => {
    const ca = makeCertificate('Test authority');
    const { key, cert } = makeCertificate('api.example.com', { issuer: ca });
    let served = 0;
    const port = await listen(createTlsServer({ key, cert }, (_, response) => response.end(`{"n":${++served}}`)));
    const answers = ['127.0.0.1', '169.254.169.254'];
    const made = http({ ca: [ca.cert], allowedHosts: [`api.example.com:${port}`], resolve: () => Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]) });
    expect((await get(made, `https://api.example.com:${port}/`)).status).toBe(200);
    expect(await code(get(made, `https://api.example.com:${port}/`))).toBe('host_refused');
    expect(served).toBe(1);
  });

  it('refuses a public name that resolves to loopback when loopback is not allowed', async () => {
    const made = http({ allowLoopback: false, resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) });
    expect(await code(get(made, 'https://api.example.com/'))).toBe('host_refused');
  });

  it('says unavailable when the name does not resolve, or to nothing', async () => {
    expect(await code(get(http({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }), 'https://api.example.com/'))).toBe('unavailable');
    expect(await code(get(http({ resolve: () => Promise.resolve([]) }), 'https://api.example.com/'))).toBe('unavailable');
  });
});

describe('what may be sent', () => {
  it('a provider dispatcher sends GET only', async () => {
    let requests = 0;
    const port = await serve((_, response) => response.end(String(++requests)));
    expect(await code(http().request({ method: 'POST', url: new URL(`http://127.0.0.1:${port}/`), headers: {} }))).toBe('request_refused');
    expect(requests).toBe(0);
  });

  it.each(['\n', '\r\nx: y', '\u0000', 'ä', '\u2028'])('refuses a header with %j and does not repeat it', async (bad) => {
    const made = http();
    expect(await code(made.request({ method: 'GET', url: new URL('http://127.0.0.1:1/'), headers: { authorization: `Bearer ${SECRET}${bad}` } }))).toBe('request_refused');
  });

  it('does not repeat an address that cannot be parsed', () => {
    expect(() => parseUrl(`https://u:${SECRET}@[`)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }));
  });
});

describe('answers', () => {
  it('never follows a redirect, and the other host never hears of the key', async () => {
    const heard: string[] = [];
    const other = await serve((request, response) => response.end(heard.push(JSON.stringify(request.headers))));
    for (const status of [301, 302, 303, 307, 308]) {
      const port = await serve((_, response) => response.writeHead(status, { location: `http://127.0.0.1:${other}/` }).end());
      expect(await code(get(http(), `http://127.0.0.1:${port}/`)), String(status)).toBe('redirect_refused');
    }
    expect(heard).toEqual([]);
  });

  it.each([
    ['identity', (b: Buffer) => b],
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ] as const)('reads a body in %s', async (encoding, compress) => {
    const text = JSON.stringify({ rows: Array.from({ length: 5000 }, (_, i) => i) });
    const port = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from(text))));
    expect((await get(http(), `http://127.0.0.1:${port}/`)).body.toString()).toBe(text);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['identity', (b: Buffer) => b],
  ] as const)('stops at the cap of decompressed bytes in %s, without holding them', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(60_000_000));
    const port = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bomb));
    const before = process.memoryUsage().rss;
    expect(await code(get(http(), `http://127.0.0.1:${port}/`))).toBe('too_large');
    if (encoding !== 'identity') expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });

  it('takes a body of exactly the cap and refuses one byte more', async () => {
    const port = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))));
    expect((await get(http({ maxBytes: 1000 }), `http://127.0.0.1:${port}/1000`)).body.length).toBe(1000);
    expect(await code(get(http({ maxBytes: 1000 }), `http://127.0.0.1:${port}/1001`))).toBe('too_large');
  });

  it('says unavailable when the body is cut, compressed or not, so that the call is repeated', async () => {
    const plain = await serveTcp((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"data":[{"a"'));
    const chunked = await serveTcp((socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":'));
    const reset = await serveTcp((socket) => socket.resetAndDestroy());
    const half = gzipSync(Buffer.from(JSON.stringify(Array.from({ length: 3000 }, Math.random)))).subarray(0, 900);
    const zipped = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(half));
    for (const port of [plain, chunked, reset, zipped]) expect(await code(get(http(), `http://127.0.0.1:${port}/`))).toBe('unavailable');
  });

  it('says bad answer when it is not HTTP, or not in the encoding it claims', async () => {
    const garbage = await serveTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const lying = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('<html>no gzip</html>'));
    const lyingBr = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('<html>not brotli at all</html>'));
    const unknown = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end('x'));
    const headers = await serveTcp((socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`));
    for (const port of [garbage, lying, lyingBr, unknown, headers]) expect(await code(get(http(), `http://127.0.0.1:${port}/`)), String([garbage, lying, lyingBr, unknown, headers].indexOf(port))).toBe('bad_answer');
  });

  it('says unavailable when nobody listens', async () => {
    const port = await serve((_, response) => response.end());
    await open.pop()?.();
    expect(await code(get(http(), `http://127.0.0.1:${port}/`))).toBe('unavailable');
  });
});

describe('the total deadline', () => {
  const dripping = (socket: import('node:net').Socket, head: string) => {
    socket.write(head);
    const timer = setInterval(() => socket.write('x'), 40);
    socket.on('close', () => clearInterval(timer));
  };
  it.each([
    ['headers that never come', () => serveTcp(() => {})],
    ['headers that drip', () => serveTcp((socket) => dripping(socket, 'HTTP/1.1 200 OK\r\nx-slow: '))],
    ['a body that drips', () => serveTcp((socket) => dripping(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'))],
    ['an accepted connection without TLS', () => serveTcp(() => {})],
  ] as const)('ends %s', async (what, start) => {
    const port = await start();
    const scheme = what.includes('TLS') ? 'https' : 'http';
    expect(await code(get(http({ deadlineMs: 300 }), `${scheme}://127.0.0.1:${port}/`))).toBe('timeout');
  });

  it('sends nothing when the connection comes up after the deadline', async () => {
    const heard: unknown[] = [];
    const port = await serve((request, response) => response.end(String(heard.push(request.url))));
    const answers: Array<(addresses: ResolvedAddress[]) => void> = [];
    const made = http({ deadlineMs: 200, resolve: () => new Promise((resolve) => answers.push(resolve)) });
    const address: ResolvedAddress[] = [{ address: '127.0.0.1', family: 4 }];
    expect(await code(get(made, `http://localhost:${port}/late`))).toBe('timeout');
    // The abandoned attempt connects now; a second call on the same dispatcher gives it every chance to be used.
    answers[0]?.(address);
    const second = get(made, `http://localhost:${port}/second`).catch(() => null);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.(address);
    await second;
    expect(heard).toEqual(['/second']);
  });

  it("ends at once with the caller's own reason when the caller aborts", async () => {
    const port = await serveTcp(() => {});
    const stop = new AbortController();
    const reason = new Error('worker is stopping');
    const call = get(http(), `http://127.0.0.1:${port}/`, stop.signal);
    setTimeout(() => stop.abort(reason), 30);
    await expect(call).rejects.toBe(reason);
    await expect(get(http(), `http://127.0.0.1:${port}/`, stop.signal)).rejects.toBe(reason);
  });
});

describe('certificates', () => {
  const ca = makeCertificate('Test authority');
  const start = async (certificate: { key: string; cert: string }) => {
    const heard: string[] = [];
    const port = await listen(createTlsServer(certificate, (request, response) => response.end(String(heard.push(String(request.headers['x-api-key']))))));
    const made = http({ ca: [ca.cert], allowedHosts: [`api.example.com:${port}`], resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) });
    return { heard, call: () => get(made, `https://api.example.com:${port}/`) };
  };

  it('a good certificate passes', async () => {
    const { heard, call } = await start(makeCertificate('api.example.com', { issuer: ca }));
    expect((await call()).status).toBe(200);
    expect(heard).toEqual([SECRET]);
  });

  it.each([
    ['expired', () => makeCertificate('api.example.com', { issuer: ca, expired: true })],
    ['self-signed', () => makeCertificate('api.example.com')],
    ['for another host', () => makeCertificate('api.example.org', { issuer: ca })],
    ['of an unknown authority', () => makeCertificate('api.example.com', { issuer: makeCertificate('Other authority') })],
  ] as const)('a certificate that is %s fails before the key is sent, whatever the environment says', async (_, make) => {
    const { heard, call } = await start(make());
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await code(call())).toBe('tls_failed');
      expect(await code(call())).toBe('tls_failed');
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(heard).toEqual([]);
  });

  it('a plain-text server behind https is a TLS failure', async () => {
    const port = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await code(get(http(), `https://127.0.0.1:${port}/`))).toBe('tls_failed');
  });
});

describe('mailFetch', () => {
  it('posts what the Resend client hands over and gives back a Response', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers['idempotency-key'], body]);
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-resend': 'yes' }).end(gzipSync('{"id":"mail_1"}'));
      });
    });
    const send = mailFetch(http({ purpose: 'mail' }));
    const response = await send(`http://127.0.0.1:${port}/emails`, { method: 'POST', headers: new Headers({ 'Idempotency-Key': 'k1' }), body: '{"to":"a@example.com"}' });
    expect([response.ok, response.headers.get('x-resend'), response.headers.get('content-encoding'), await response.json()]).toEqual([true, 'yes', null, { id: 'mail_1' }]);
    expect(seen).toEqual([['POST', '/emails', 'k1', '{"to":"a@example.com"}']]);
  });

  it('keeps an error status as a Response and refuses other methods, hosts, bodies and purposes', async () => {
    const port = await serve((_, response) => response.writeHead(429, { 'retry-after': '2' }).end('{"name":"rate_limit_exceeded"}'));
    const send = mailFetch(http({ purpose: 'mail' }));
    const limited = await send(`http://127.0.0.1:${port}/emails`, { method: 'POST', body: '{}' });
    expect([limited.status, limited.ok, limited.headers.get('retry-after')]).toEqual([429, false, '2']);
    expect(await code(send(`http://127.0.0.1:${port}/`, { method: 'DELETE' }))).toBe('request_refused');
    expect(await code(send(`http://127.0.0.1:${port}/`, { method: 'POST', body: new FormData() }))).toBe('request_refused');
    expect(await code(send('https://elsewhere.example.com/emails', { method: 'POST', body: '{}' }))).toBe('host_refused');
    expect(await code(send('not an address'))).toBe('request_refused');
    expect(() => mailFetch(http())).toThrow(TypeError);
  });
});
