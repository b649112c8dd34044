import type { Instrumentation } from 'next';
import { log } from './log.ts';
import { REQUEST_ID_HEADER } from './visit.ts';

type Arguments = Parameters<Instrumentation.onRequestError>;

/** The route's pattern and not the address: a query may hold what a log must not. */
export function logRequestError(error: unknown, request: Arguments[1], context: Arguments[2]): void {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? String(error.digest) : undefined;
  log().error({ err: error, digest, requestId: request.headers[REQUEST_ID_HEADER], method: request.method, route: context.routePath, kind: context.routeType }, 'request failed');
}
