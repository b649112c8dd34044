/** Supabase's own advisor lints, run by its CLI against the migrated database. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { stack } from '#tests/support/stack.ts';

interface Lint {
  name: string;
  level: string;
  detail: string;
  metadata: { schema?: string; name?: string } | null;
}

/** `unused_index` counts scans since the server started: on a database minutes old it is about the test, not the schema. */
const RUN_TIME_STATISTICS = ['unused_index'];

const OURS = ['public', 'private', 'custody', 'audit', 'metering'];

async function advise(): Promise<Lint[]> {
  const { stdout } = await promisify(execFile)(
    resolve(CHECKOUT, 'node_modules/.bin/supabase'),
    ['db', 'advisors', `--remote=${stack().adminUrl}`, '--type', 'all', '--level', 'info', '--output-format', 'json'],
    { env: { NODE_ENV: 'test', PATH: process.env.PATH, HOME: stack().dataDir, SUPABASE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }, cwd: stack().dataDir, maxBuffer: 64 << 20 },
  );
  return (JSON.parse(stdout) as { results: Lint[] }).results;
}

describe('the advisors', () => {
  it('find nothing in the schemas that our migrations own', async () => {
    const lints = (await advise()).filter((lint) => !RUN_TIME_STATISTICS.includes(lint.name));
    expect(lints.filter((lint) => OURS.includes(lint.metadata?.schema ?? 'public')).map((lint) => `${lint.level} ${lint.name}: ${lint.detail}`)).toEqual([]);
  });

  it('find a fault that is planted, so that silence means something', async () => {
    await stack().admin.query('create table public.planted (id int primary key); grant select on public.planted to anon');
    try {
      const found = (await advise()).filter((lint) => lint.metadata?.name === 'planted').map((lint) => lint.name);
      expect(found).toContain('rls_disabled_in_public');
    } finally {
      await stack().admin.query('drop table public.planted');
    }
  });
});
