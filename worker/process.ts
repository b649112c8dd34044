/** The worker once the runtime is known to be new enough: settings, signals, health, and the work itself. */
import inspector from 'node:inspector';
import { nodeOptions, readWorkerEnv, type WorkerEnv } from '#lib/env.ts';
import { createLogger } from '#lib/log.ts';
import { createContext } from '#worker/context.ts';
import { startHealth } from '#worker/health.ts';
import { emptyCoreDumps, refuseDiagnostics } from '#worker/refuse-diagnostics.ts';
import { notYet } from '#worker/vitals.ts';
import { startWorker, type RunningWorker } from '#worker/worker.ts';

const env = orRefuse(() => {
  const checked = readWorkerEnv();
  if (checked.NODE_ENV === 'production') refuseMemoryDumps();
  return checked;
});
const log = createLogger({ level: env.LOG_LEVEL, name: 'worker' });
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

const ending = new AbortController();
const stopping = new AbortController();
const context = orRefuse(() => createContext(env, log, stopping.signal));
const started: { worker?: RunningWorker } = {};
const health = await startHealth(env.WORKER_HEALTH_HOST, env.WORKER_HEALTH_PORT, () => started.worker?.vitals() ?? notYet());
log.info({ port: health.port, worker: context.workerId, queue: env.REDIS_URL ? 'redis' : 'postgres' }, 'started');
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
started.worker = startWorker(context, { ending, stopping });

/** Once: a terminal and the process that started us may both send the same wish. */
async function end(signal: string): Promise<void> {
  if (ending.signal.aborted) return;
  log.info({ signal }, 'stopping');
  await started.worker?.stop();
  await health.close();
  log.info('stopped');
  process.exit(0);
}

function die(error: unknown): void {
  log.fatal({ err: error }, 'uncaught_error');
  process.exit(1);
}

function refuseMemoryDumps(): void {
  const { reportOnFatalError, reportOnSignal, reportOnUncaughtException } = process.report;
  refuseDiagnostics({
    flags: [...process.execArgv, ...nodeOptions()],
    inspecting: inspector.url() !== undefined,
    reporting: reportOnFatalError || reportOnSignal || reportOnUncaughtException,
  });
  emptyCoreDumps();
}

/** Says what is wrong with the settings in words, never a value, and ends. */
function orRefuse<T extends WorkerEnv | object>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { name, message, detail } = error as { name?: string; message?: string; detail?: string };
    const words = name === 'EnvError' ? message : `worker cannot start:\n  - ${detail ?? (name === 'RangeError' ? `PROVIDER_HOST_ALLOWLIST: ${message}` : name)}`;
    process.stderr.write(`${words}\n`);
    process.exit(1);
  }
}
