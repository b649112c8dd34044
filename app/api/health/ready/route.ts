import { connection } from 'next/server';
import { databaseAnswers } from '#app/_server/readiness.ts';

/** Whether pages can be served: 200 or 503, a boolean and no reason. */
export async function GET(): Promise<Response> {
  await connection();
  const db = await databaseAnswers();
  return Response.json({ db }, { status: db ? 200 : 503, headers: { 'Cache-Control': 'no-store' } });
}
