/** What the web process does before it answers anybody. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EnvError, requireNode } from '#lib/env.ts';
import { redactCredentials } from '#lib/redact.ts';
import { PEER_HEADER } from './client-address.ts';
import { webEnv } from './env.ts';
import { closedHeaders } from './security-headers.ts';

/** Refuses to start with a wrong environment: a line per problem on standard error, exit code 1. */
export function checkEnvironment(): void {
  try {
    requireNode('web');
    webEnv();
  } catch (problem) {
    const text = problem instanceof EnvError ? problem.message : 'web cannot start: its environment could not be read';
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }
}

/**
 * Touches each request before Next does: the response gets the fixed security headers, so that even an answer that Next
 * makes by itself has them, and the request gets its socket's address, over whatever the client claimed.
 */
export function prepareEveryRequest(): void {
  const headers = closedHeaders();
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    for (const [name, value] of headers) response.setHeader(name, value);
    request.headers[PEER_HEADER] = request.socket.remoteAddress ?? '';
  });
}

/**
 * Next prints errors by itself, with their messages, and a message may quote what it was given. What looks like a
 * credential is taken out of everything this process writes.
 */
export function redactOutput(streams: readonly Writes[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    stream.write = (chunk, ...rest) => write(typeof chunk === 'string' ? redactCredentials(chunk) : chunk, ...rest);
  }
}

/** Of a stream, the one method that everything goes through. */
interface Writes {
  write(chunk: unknown, ...rest: unknown[]): boolean;
}
