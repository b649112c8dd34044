import { connection } from 'next/server';

/** The process answers. Nothing else is asked, and nothing else is told. */
export async function GET(): Promise<Response> {
  await connection();
  return Response.json({ ok: true }, { headers: { 'Cache-Control': 'no-store' } });
}
