/**
 * Runs before every page and action: a nonce and the security headers, the second lock against foreign posts, the coarse
 * limit on writes, and a fresh session before the old one runs out. It authorises nobody: `requireCtx` does.
 */
import { type NextRequest, NextResponse } from 'next/server';
import { refreshSessionCookie } from './app/_server/proxy/refresh-session.ts';
import { refuseForeignWrite, refuseTooManyWrites } from './app/_server/proxy/refusals.ts';
import { withPageHeaders } from './app/_server/proxy/page-headers.ts';

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const page = withPageHeaders(request);
  const refusal = refuseForeignWrite(request) ?? (await refuseTooManyWrites(request));
  if (refusal) return page.finish(refusal);
  const session = await refreshSessionCookie(request, page.requestHeaders);
  const response = NextResponse.next({ request: { headers: page.requestHeaders } });
  session?.writeTo(response);
  return page.finish(response);
}

// Files of the build have no session and no markup; next.config.ts gives them their headers.
export const config = { matcher: ['/((?!_next/static/).*)'] };
