import { connection } from 'next/server';
import { webEnv } from '#app/_server/env.ts';
import { securityText } from '#app/_server/security-text.ts';

/** RFC 9116: whom to tell about a weakness. */
export async function GET(): Promise<Response> {
  await connection();
  return new Response(securityText(webEnv(), new Date()), { headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, max-age=86400' } });
}
