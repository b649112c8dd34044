import { afterEach, describe, expect, it } from 'vitest';
import { startHealth, type HealthServer } from '#worker/health.ts';
import type { Vitals } from '#worker/vitals.ts';

let server: HealthServer | undefined;
afterEach(async () => {
  await server?.close();
});
const serving = async (vitals: Vitals) => {
  server = await startHealth('127.0.0.1', 0, () => vitals);
  return `http://127.0.0.1:${server.port}`;
};

describe('the health address', () => {
  it('says 200 and booleans when all is well', async () => {
    const response = await fetch(`${await serving({ database: true, queue: true, clock: true })}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true, database: true, queue: true, clock: true });
  });

  it.each(['database', 'queue', 'clock'] as const)('says 503 and which part it is when the %s is not well', async (part) => {
    const response = await fetch(`${await serving({ database: true, queue: true, clock: true, [part]: false })}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ok: false, database: true, queue: true, clock: true, [part]: false });
  });

  it('says nothing else to anybody', async () => {
    const url = await serving({ database: true, queue: true, clock: true });
    for (const [path, method] of [['/', 'GET'], ['/health', 'POST'], ['/health?x=1', 'GET'], ['/metrics', 'GET']] as const) {
      const response = await fetch(`${url}${path}`, { method });
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('');
    }
  });
});
