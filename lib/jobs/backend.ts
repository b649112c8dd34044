/**
 * The one place that makes connections for the queue, to Postgres or to Redis (also Valkey). Everybody else sees the
 * same five methods and does not know which it is.
 */
import { createPostgresBackend, type Processor, Queue, type QueueOptions, Worker, type WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { migrateQueue } from '#lib/jobs/migrate-queue.ts';

export interface Backend {
  readonly kind: 'postgres' | 'redis';
  queue(name: string, options: Omit<QueueOptions, 'connection'>): Queue;
  worker(name: string, process: Processor, options: Omit<WorkerOptions, 'connection'>): Worker;
  /** After the queues and workers were closed. */
  close(): Promise<void>;
}

export interface QueueSettings {
  REDIS_URL?: string | undefined;
  QUEUE_DATABASE_URL?: string | undefined;
}

/** The backend's option `schema` is ignored when it is handed a pool, which always means this one. */
const SCHEMA = 'bullmq';
/** Each of the two workers keeps one connection to listen on; the rest is shared by all queries. */
const POOL_MAX = 6;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Resolves once when the server answers and its tables stand. A queue built earlier never recovers on Postgres.
 * @throws when it does not; the caller tries again
 */
export async function assertQueueAnswers(settings: QueueSettings): Promise<void> {
  if (settings.QUEUE_DATABASE_URL) return migrateQueue(settings.QUEUE_DATABASE_URL);
  const redis = new Redis(settings.REDIS_URL ?? '', { lazyConnect: true, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // The failure is the rejection of connect(); as an unheard event it would end the process.
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}

/** @param onError hears of connections that break while idle; the libraries connect again by themselves */
export function createBackend(settings: QueueSettings, onError: (error: Error) => void): Backend {
  return settings.QUEUE_DATABASE_URL ? postgresBackend(settings.QUEUE_DATABASE_URL, onError) : redisBackend(settings.REDIS_URL ?? '');
}

function postgresBackend(connectionString: string, onError: (error: Error) => void): Backend {
  // A pool of our own: in native ES modules the library may not find the driver by itself.
  const pool = new pg.Pool({
    connectionString,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: 30_000,
    // A connection that is cut silently is noticed within seconds, also by who only listens.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'keymeter-queue',
    // oxlint-disable-next-line typescript/no-misused-promises -- its type does not say so, but the pool waits for it
    onConnect: findTables,
  });
  // Every queue and worker listens to the pool they share.
  pool.setMaxListeners(30);
  pool.on('error', onError);
  // A connection that is lent out has nobody who listens, and an unheard error would end the process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return {
    kind: 'postgres',
    queue: (name, options) => new Queue(name, { ...options, connection: pool }, createPostgresBackend) as unknown as Queue,
    worker: (name, process, options) => new Worker(name, process, { ...options, connection: pool }, createPostgresBackend) as unknown as Worker,
    close: () => pool.end(),
  };
}

/** The library's statements name no schema. A pooler may refuse this as a start-up option, so it is a statement. */
async function findTables(client: pg.ClientBase): Promise<void> {
  await client.query(`set search_path to ${SCHEMA}`);
}

function redisBackend(url: string): Backend {
  const connection = { url, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy: (times: number) => Math.min(times * 500, 5_000) };
  const prefix = 'keymeter';
  return {
    kind: 'redis',
    // Who offers a job must hear at once that Redis is away, instead of waiting in a line that a crash would lose.
    queue: (name, options) => new Queue(name, { ...options, prefix, connection: { ...connection, enableOfflineQueue: false, maxRetriesPerRequest: 1 } }),
    worker: (name, process, options) => new Worker(name, process, { ...options, prefix, connection: { ...connection, maxRetriesPerRequest: null } }),
    close: async () => {},
  };
}
