/** Parses source files into what the rules look at: imports, and uses of things that have one place. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { isSource } from './source-tree.ts';
import type { SourceTree } from './source-tree.ts';

export interface Import {
  specifier: string;
  /** A file's path, or a package's name (`node:fs` for what is built in). */
  target: string;
  isPackage: boolean;
  /** Imported names; `*` for a namespace, a side effect only, or a dynamic import. */
  names: string[];
  typeOnly: boolean;
  line: number;
}

export type Use = 'process.env' | 'console' | 'fetch' | 'reveal' | 'withBytes' | 'computed import' | 'export *';

export interface Module {
  path: string;
  lineCount: number;
  imports: Import[];
  uses: Array<{ use: Use; line: number }>;
  /** Exports of other files' things and nothing else. */
  isBarrel: boolean;
}

export type ModuleGraph = ReadonlyMap<string, Module>;

export function buildGraph(tree: SourceTree): ModuleGraph {
  const graph = new Map<string, Module>();
  for (const [path, text] of tree) if (isSource(path)) graph.set(path, parseModule(path, text));
  return graph;
}

function parseModule(path: string, text: string): Module {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path} does not parse: ${parsed.errors[0]?.message}`);
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  const imports: Import[] = [];
  const uses: Module['uses'] = [];
  const add = (specifier: string, names: string[], typeOnly: boolean, offset: number) => {
    imports.push({ specifier, ...resolve(path, specifier), names, typeOnly, line: lineOf(offset) });
  };

  for (const found of parsed.module.staticImports) {
    const names = found.entries.map((entry) => (entry.importName.kind === 'Name' ? (entry.importName.name ?? '*') : entry.importName.kind === 'Default' ? 'default' : '*'));
    const typeOnly = found.entries.length > 0 && found.entries.every((entry) => entry.isType);
    add(found.moduleRequest.value, names.length > 0 ? names : ['*'], typeOnly, found.start);
  }
  const exported = parsed.module.staticExports.flatMap((statement) => statement.entries);
  for (const entry of exported) {
    if (!entry.moduleRequest) continue;
    add(entry.moduleRequest.value, [entry.importName.kind === 'Name' ? (entry.importName.name ?? '*') : '*'], entry.isType, entry.start);
    if (entry.importName.kind !== 'Name') uses.push({ use: 'export *', line: lineOf(entry.start) });
  }
  for (const { use, offset } of findUses(parsed.program, add)) uses.push({ use, line: lineOf(offset) });
  const isBarrel = exported.length > 0 && exported.every((entry) => entry.moduleRequest !== null);
  return { path, lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), imports, uses, isBarrel };
}

type Node = { type: string; start: number } & Record<string, unknown>;

function findUses(
  program: Parameters<Visitor['visit']>[0],
  add: (specifier: string, names: string[], typeOnly: boolean, offset: number) => void,
): Array<{ use: Use; offset: number }> {
  const found: Array<{ use: Use; offset: number }> = [];
  /** Functions with a parameter of their own called fetch. */
  const ownFetch: Array<{ start: number; end: number }> = [];
  /** `process.env.NEXT_RUNTIME`: Next replaces it while it builds, so it reads no environment. */
  const buildConstants = new Set<number>();
  const use = (what: Use, offset: number) => found.push({ use: what, offset });
  const node = (value: unknown) => value as Node | null;
  const isNamed = (value: unknown, name: string) => node(value)?.type === 'Identifier' && node(value)?.name === name;
  const literal = (value: unknown) => (node(value)?.type === 'Literal' && typeof node(value)?.value === 'string' ? (node(value)?.value as string) : null);
  const property = (member: Node) => literal(member.property) ?? (member.computed ? null : ((node(member.property)?.name as string | undefined) ?? null));
  const isGlobal = (value: unknown, name: string): boolean =>
    isNamed(value, name) || (node(value)?.type === 'MemberExpression' && property(node(value) as Node) === name && ['globalThis', 'window', 'self', 'global'].some((g) => isNamed(node(value)?.object, g)));

  const noteParameters = (value: unknown) => {
    const fn = value as Node & { end: number; params: Node[] };
    const named = fn.params.flatMap((p) => (p.type === 'ObjectPattern' ? (p.properties as Node[]).map((inner) => inner.value) : [p.type === 'AssignmentPattern' ? p.left : p]));
    if (named.some((p) => isNamed(p, 'fetch'))) ownFetch.push({ start: fn.start, end: fn.end });
  };

  new Visitor({
    FunctionDeclaration: noteParameters,
    FunctionExpression: noteParameters,
    ArrowFunctionExpression: noteParameters,
    MemberExpression(expression) {
      const member = expression as unknown as Node;
      const name = property(member);
      if (name === 'NEXT_RUNTIME') buildConstants.add(member.start);
      if (name === 'env' && (isGlobal(member.object, 'process') || node(member.object)?.type === 'MetaProperty')) use('process.env', member.start);
      if (isGlobal(member.object, 'console')) use('console', member.start);
      if (name === 'reveal' || name === 'withBytes') use(name, member.start);
      if (isGlobal(member, 'fetch')) use('fetch', member.start);
    },
    CallExpression(expression) {
      const call = expression as unknown as Node;
      const [first] = call.arguments as Node[];
      if (isNamed(call.callee, 'fetch')) use('fetch', call.start);
      if (!isNamed(call.callee, 'require') && !isNamed(call.callee, 'createRequire')) return;
      const required = literal(first);
      if (required !== null) add(required, ['*'], false, call.start);
      else use('computed import', call.start);
    },
    VariableDeclarator(declarator) {
      const declared = declarator as unknown as Node;
      if (isNamed(declared.init, 'fetch')) use('fetch', declared.start);
      const taken = ((node(declared.id)?.properties as Node[] | undefined) ?? []).map((p) => node(p.key)?.name ?? literal(p.key));
      if (isGlobal(declared.init, 'process') && taken.includes('env')) use('process.env', declared.start);
      if (isNamed(declared.init, 'globalThis') && taken.includes('fetch')) use('fetch', declared.start);
    },
    ImportExpression(expression) {
      const imported = expression as unknown as Node;
      const specifier = literal(imported.source);
      if (specifier !== null) add(specifier, ['*'], false, imported.start);
      else use('computed import', imported.start);
    },
    TSImportType(reference) {
      const type = reference as unknown as Node;
      const specifier = literal(type.source) ?? literal(type.argument);
      if (specifier !== null) add(specifier, ['*'], true, type.start);
    },
  }).visit(program);
  const isOwn = (offset: number) => ownFetch.some(({ start, end }) => start <= offset && offset < end);
  return found.filter(({ use: what, offset }) => !(what === 'fetch' && isOwn(offset)) && !(what === 'process.env' && buildConstants.has(offset)));
}

function resolve(from: string, specifier: string): { target: string; isPackage: boolean } {
  if (specifier.startsWith('#')) return { target: specifier.slice(1), isPackage: false };
  if (specifier.startsWith('.')) return { target: posix.join(posix.dirname(from), specifier), isPackage: false };
  if (isBuiltin(specifier)) return { target: specifier.startsWith('node:') ? specifier : `node:${specifier}`, isPackage: true };
  const parts = specifier.split('/');
  return { target: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), isPackage: true };
}

/** Everything that running any of `starts` can load, each with the chain of files that leads to it. Types load nothing. */
export function closureOf(graph: ModuleGraph, starts: Iterable<string>): { files: Map<string, string[]>; packages: Map<string, string[]> } {
  const files = new Map<string, string[]>();
  const packages = new Map<string, string[]>();
  const queue = [...starts].map((path) => [path]);
  for (let way = queue.shift(); way; way = queue.shift()) {
    const path = way.at(-1) ?? '';
    if (files.has(path)) continue;
    files.set(path, way);
    for (const found of graph.get(path)?.imports ?? []) {
      if (found.typeOnly) continue;
      if (!found.isPackage) queue.push([...way, found.target]);
      else if (!packages.has(found.target)) packages.set(found.target, way);
    }
  }
  return { files, packages };
}
