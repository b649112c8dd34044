/**
 * Reads a response body with a cap on its decompressed size. The cap is counted while streaming: 194 KB of gzip can
 * become 200 MB, and by the time a whole-body decoder returns the memory is gone.
 */
import { Readable, pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}
/** The body is not in the encoding it claims, or in one that was not asked for. */
export class BodyUndecodable extends Error {
  override readonly name = 'BodyUndecodable';
}

/**
 * @param encoding the `content-encoding` header: one of gzip, x-gzip, br, deflate, identity or nothing.
 * @throws BodyTooLarge, BodyUndecodable, or the stream's own error when the connection broke.
 */
export async function readCappedBody(body: Readable, encoding: string, maxBytes: number): Promise<Buffer> {
  // Destroying a body before its end raises an error event that nobody waits for.
  body.on('error', () => {});
  const source = await decoded(body, encoding.trim().toLowerCase());
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new BodyTooLarge(`more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks, bytes);
}

async function decoded(body: Readable, encoding: string): Promise<Readable> {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding === 'gzip' || encoding === 'x-gzip') return through(body, createGunzip());
  if (encoding === 'br') return through(body, createBrotliDecompress());
  if (encoding === 'deflate') return inflated(body);
  body.destroy();
  throw new BodyUndecodable('unknown content-encoding');
}

/** "deflate" means the zlib format by the standard and raw deflate by some servers: the first byte tells. */
async function inflated(body: Readable): Promise<Readable> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await iterator.next();
  if (first.done) return Readable.from([]);
  const isZlib = ((first.value[0] ?? 0) & 0x0f) === 8;
  async function* all() {
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return through(Readable.from(all(), { objectMode: false }), isZlib ? createInflate() : createInflateRaw());
}

function through(body: Readable, decoder: Transform): Readable {
  // Errors of either side reach the reader through the decoder; the callback only keeps them from being "unhandled".
  return pipeline(body, decoder, () => {});
}
