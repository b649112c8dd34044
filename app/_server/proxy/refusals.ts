import { type NextRequest, NextResponse } from 'next/server';
import { type AppErrorCode, publicSentence } from '#lib/errors.ts';
import { webEnv } from '../env.ts';
import { consume, type Decision, type LimitName, peek } from '../rate-limit.ts';
import { comesFromOwnPage, isSafeMethod, ownOrigins } from '../same-origin.ts';
import { visitOf } from '../visit.ts';

/**
 * Addresses that programs call, not pages: mail providers' webhooks, one-click links in mails, readers with a token of
 * their own. They carry their own proof in the request, and nothing under /api reads the session's cookie for a write.
 */
const FOR_PROGRAMS = '/api/';

/** 403 for a write that no page of ours sent. */
export function refuseForeignWrite(request: NextRequest): NextResponse | null {
  if (isSafeMethod(request.method) || request.nextUrl.pathname.startsWith(FOR_PROGRAMS)) return null;
  return comesFromOwnPage(request.headers, ownOrigins(webEnv().APP_URL)) ? null : refusal(403, 'cross_origin');
}

/** Plain form posts to these pages are told 429 by status, once their own counter is used up. */
const GUARDED: Readonly<Record<string, LimitName>> = {
  '/sign-in': 'signInAddress',
  '/sign-up': 'signUpAddress',
  '/forgot-password': 'resetAddress',
  '/reset-password': 'confirmAddress',
  '/check-mail': 'resetAddress',
  '/auth/confirm': 'confirmAddress',
};

/** 429 with Retry-After, before anything of the request is parsed. */
export async function refuseTooManyWrites(request: NextRequest): Promise<NextResponse | null> {
  if (isSafeMethod(request.method)) return null;
  const { bucket } = visitOf(request.headers, webEnv().TRUSTED_PROXY_HOPS);
  const any = await consume('anyWriteAddress', bucket);
  if (!any.allowed) return tooMany(any);
  const guarded = GUARDED[request.nextUrl.pathname];
  // With script the action answers and the form shows its sentence; a bare post gets the status.
  if (!guarded || request.headers.has('next-action')) return null;
  const decision = await peek(guarded, bucket);
  return decision.allowed ? null : tooMany(decision);
}

function tooMany(decision: Decision & { allowed: false }): NextResponse {
  const down = decision.reason === 'unavailable';
  const response = refusal(down ? 503 : 429, down ? 'limiter_unavailable' : 'rate_limited');
  response.headers.set('Retry-After', String(decision.retryAfterSeconds));
  return response;
}

function refusal(status: number, code: AppErrorCode): NextResponse {
  return new NextResponse(`${publicSentence(code)}\n`, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } });
}
