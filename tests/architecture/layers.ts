/** Which folder may know which: app, worker, gateway -> features -> infrastructure -> kernel, never upwards. */
import type { Module, ModuleGraph } from './module-graph.ts';

export interface Violation {
  path: string;
  line: number;
  what: string;
}

export type Layer = 'app' | 'worker' | 'gateway' | 'scripts' | 'tests' | 'config' | 'kernel' | 'infrastructure' | 'feature';

/** What a folder of the infrastructure may know beside itself and the kernel. */
const INFRASTRUCTURE: Readonly<Record<string, readonly string[]>> = {
  vault: [],
  providers: [],
  db: [],
  email: ['db'],
  jobs: ['db'],
  audit: ['db', 'vault'],
};

/** Files that Next expects beside `app/` are part of it. */
const APP_ROOT = /^(?:proxy|middleware|instrumentation|instrumentation-client)\.tsx?$/;

const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  app: ['app', 'feature', 'infrastructure', 'kernel'],
  worker: ['worker', 'feature', 'infrastructure', 'kernel'],
  gateway: ['gateway', 'feature', 'infrastructure', 'kernel'],
  scripts: ['scripts', 'feature', 'infrastructure', 'kernel'],
  tests: ['tests', 'app', 'worker', 'gateway', 'scripts', 'feature', 'infrastructure', 'kernel', 'config'],
  config: ['app', 'kernel'],
  feature: ['feature', 'infrastructure', 'kernel'],
  infrastructure: ['infrastructure', 'kernel'],
  kernel: ['kernel'],
};

export function layerOf(path: string): Layer {
  const [top = '', second = '', third] = path.split('/');
  if (third === undefined && second === '') return APP_ROOT.test(top) ? 'app' : 'config';
  if (top === 'lib') return third === undefined ? 'kernel' : second in INFRASTRUCTURE ? 'infrastructure' : 'feature';
  if (top === 'app' || top === 'worker' || top === 'gateway' || top === 'scripts' || top === 'tests') return top;
  throw new Error(`${path} is in no layer`);
}

/** `vault` for `lib/vault/seal.ts`; null outside of a folder of lib. */
export function libFolderOf(path: string): string | null {
  return /^lib\/([^/]+)\//.exec(path)?.[1] ?? null;
}

export function importDirection(graph: ModuleGraph): Violation[] {
  return [...graph.values()].flatMap((module) =>
    module.imports.filter((found) => !found.isPackage && !isAllowed(module, found.target)).map((found) => ({ path: module.path, line: found.line, what: `must not import ${found.target}` })),
  );
}

function isAllowed(from: Module, target: string): boolean {
  const [fromLayer, toLayer] = [layerOf(from.path), layerOf(target)];
  if (!MAY_IMPORT[fromLayer].includes(toLayer)) return false;
  const [fromFolder, toFolder] = [libFolderOf(from.path), libFolderOf(target)];
  if (fromFolder === null || toFolder === null || fromFolder === toFolder) return true;
  // Features know no other feature: their caller composes them.
  return toLayer === 'infrastructure' && (fromLayer === 'feature' || (INFRASTRUCTURE[fromFolder] ?? []).includes(toFolder));
}
