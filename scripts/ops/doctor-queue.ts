import { Redis } from 'ioredis';
import pg from 'pg';
import type { WorkerEnv } from '#lib/env.ts';
import { fails, ok, reasonOf, warns, type Finding } from './finding.ts';

export async function checkQueue({ REDIS_URL, QUEUE_DATABASE_URL }: Pick<WorkerEnv, 'REDIS_URL' | 'QUEUE_DATABASE_URL'>): Promise<Finding[]> {
  return REDIS_URL ? checkRedis(REDIS_URL) : checkPostgres(QUEUE_DATABASE_URL ?? '');
}

async function checkRedis(url: string): Promise<Finding[]> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 8_000, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    const info = await redis.info();
    const value = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
    const policy = value('maxmemory_policy');
    return [
      ok('REDIS_URL', `answers (version ${value('redis_version') || 'unknown'})`),
      policy === 'noeviction' ? ok('maxmemory-policy', 'is noeviction') : fails('maxmemory-policy', `is ${policy || 'unknown'}: jobs would be thrown away under pressure; set noeviction`),
      value('aof_enabled') === '1' ? ok('appendonly', 'is on') : warns('appendonly', 'is off: a restart empties the queue. Nothing is lost, runs start up to two minutes late'),
    ];
  } catch (error) {
    return [fails('REDIS_URL', `cannot be used: ${reasonOf(error)}`)];
  } finally {
    redis.disconnect();
  }
}

async function checkPostgres(url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 8_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean; custody: boolean }>(
      `select has_schema_privilege('bullmq', 'create') as may, exists (select from pg_namespace where nspname = 'custody' and has_schema_privilege(oid, 'usage')) as custody`,
    );
    const { may, custody } = rows[0] ?? { may: false, custody: true };
    return [
      may ? ok('QUEUE_DATABASE_URL', 'may use schema bullmq') : fails('QUEUE_DATABASE_URL', 'has no CREATE on schema bullmq'),
      custody ? fails('QUEUE_DATABASE_URL', 'can use schema custody; give it the role keymeter_queue') : ok('queue role', 'reaches nothing but the queue'),
    ];
  } catch (error) {
    return [fails('QUEUE_DATABASE_URL', `cannot be used: ${reasonOf(error)}`)];
  } finally {
    await client.end().catch(() => {});
  }
}
