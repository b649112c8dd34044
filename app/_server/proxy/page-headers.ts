import type { NextRequest, NextResponse } from 'next/server';
import { isHttps, webEnv } from '../env.ts';
import { ownOrigins } from '../same-origin.ts';
import { FIXED_HEADERS, pagePolicy } from '../security-headers.ts';
import { PATH_HEADER, REQUEST_ID_HEADER } from '../visit.ts';

export type PageHeaders = {
  /** What the page sees of the request: our own headers over whatever the client sent under their names. */
  readonly requestHeaders: Headers;
  finish(response: NextResponse): NextResponse;
};

/** One nonce and one id per request. Next reads the nonce from the request's policy and puts it on its scripts. */
export function withPageHeaders(request: NextRequest): PageHeaders {
  const env = webEnv();
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = pagePolicy({ nonce, https: isHttps(env), development: env.NODE_ENV === 'development' });
  const requestId = crypto.randomUUID();
  const requestHeaders = new Headers(request.headers);
  requestHeaders.set('content-security-policy', policy);
  requestHeaders.set(REQUEST_ID_HEADER, requestId);
  requestHeaders.set(PATH_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  // Next holds an action's Origin against the host it believes to have. Ours was checked against APP_URL already, and
  // behind a proxy that rewrites Host only APP_URL knows the name that people see.
  const origin = request.headers.get('origin');
  if (origin && ownOrigins(env.APP_URL).has(origin)) requestHeaders.set('x-forwarded-host', new URL(origin).host);
  return {
    requestHeaders,
    finish(response) {
      for (const [name, value] of Object.entries(FIXED_HEADERS)) response.headers.set(name, value);
      response.headers.set('Content-Security-Policy', policy);
      response.headers.set('X-Request-Id', requestId);
      return response;
    },
  };
}
