/** Carrying a reply to the client, well or badly. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Transport } from './behaviour.ts';
import type { Reply } from './exchange.ts';

const MEGABYTE = 1024 * 1024;
/** A body of one packet is not worth compressing. */
const COMPRESS_FROM_BYTES = 1400;

export interface Places {
  elsewhere: string;
  here: string;
}

export async function deliver(request: IncomingMessage, response: ServerResponse, reply: Reply, places: Places): Promise<void> {
  for (const transport of reply.transports) if (transport.kind === 'delay') await pause(transport.ms);
  if (response.destroyed) return;
  const terminal = reply.transports.find(({ kind }) => kind !== 'delay');
  reply.logged.status = reply.status;
  if (!terminal) return sendWell(request, response, reply);
  await sendBadly(request, response, reply, terminal, places);
}

function sendWell(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const plain = Buffer.from(reply.text, 'utf8');
  const compress = plain.length >= COMPRESS_FROM_BYTES && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = compress ? gzipSync(plain, { level: 1 }) : plain;
  response.writeHead(reply.status, { ...reply.headers, ...(compress ? { 'content-encoding': 'gzip' } : {}), 'content-length': body.length }).end(body);
}

async function sendBadly(request: IncomingMessage, response: ServerResponse, reply: Reply, transport: Transport, places: Places): Promise<void> {
  const body = Buffer.from(reply.text, 'utf8');
  switch (transport.kind) {
    case 'delay':
      return;
    case 'no_headers':
      // The client has to give up: nothing is ever written.
      reply.logged.status = null;
      return;
    case 'close_connection':
      reply.logged.status = null;
      request.socket.destroy();
      return;
    case 'slow_body':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      return drip(response, body, transport);
    case 'truncate':
      return truncate(response, reply, body, transport);
    case 'gzip_bomb':
      response.writeHead(reply.status, { ...reply.headers, 'content-encoding': 'gzip' });
      return pour(response, repeatedBlocks(gzipSync(Buffer.alloc(MEGABYTE, ' '), { level: 9 }), transport.megabytes));
    case 'big_body':
      response.writeHead(reply.status, reply.headers);
      return pour(response, longJson(reply.text, transport.megabytes));
    case 'redirect':
      reply.logged.status = transport.status;
      response.writeHead(transport.status, { location: redirectTarget(request, transport.to, places) }).end();
  }
}

async function drip(response: ServerResponse, body: Buffer, { everyMs, afterBytes }: { everyMs: number; afterBytes: number }): Promise<void> {
  response.write(body.subarray(0, afterBytes));
  for (let i = afterBytes; i < body.length && !response.destroyed; i++) {
    response.write(body.subarray(i, i + 1));
    await pause(everyMs);
  }
  response.end();
}

/** Cut in the middle of the JSON: half of it by default. */
async function truncate(response: ServerResponse, reply: Reply, body: Buffer, { keepBytes, manner }: { keepBytes?: number; manner: 'announced' | 'quiet' }): Promise<void> {
  const kept = body.subarray(0, Math.min(keepBytes ?? Math.floor(body.length / 2), body.length - 1));
  if (manner === 'quiet') {
    response.writeHead(reply.status, { ...reply.headers, 'content-length': kept.length }).end(kept);
    return;
  }
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  await new Promise<void>((resolve) => response.write(kept, () => resolve()));
  response.destroy();
}

/** Concatenated gzip members are one gzip stream, so a megabyte compressed once serves for any size. */
function* repeatedBlocks(block: Buffer, times: number): Generator<Buffer> {
  for (let i = 0; i < times; i++) yield block;
}

/** The true answer after megabytes of white space: valid JSON for whoever reads it all. */
function* longJson(text: string, megabytes: number): Generator<Buffer> {
  yield* repeatedBlocks(Buffer.alloc(MEGABYTE, ' '), megabytes);
  yield Buffer.from(text, 'utf8');
}

async function pour(response: ServerResponse, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) {
    if (response.destroyed) return;
    if (response.write(chunk)) continue;
    await drained(response);
  }
  response.end();
}

function redirectTarget(request: IncomingMessage, to: string, places: Places): string {
  if (to === 'elsewhere') return `${places.elsewhere}/stolen${request.url ?? '/'}`;
  return to === 'here' ? `${places.here}${request.url ?? '/'}` : to;
}

/** Resolves when more may be written, and when nobody reads any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** Does not keep the process alive. */
function pause(ms: number): Promise<void> {
  return after(ms, undefined, { ref: false });
}
