/** The project's own source files by path, read from disk or made up by a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path from the project's root, with forward slashes, to the file's text. */
export type SourceTree = ReadonlyMap<string, string>;

const FOLDERS = ['app', 'worker', 'gateway', 'lib', 'scripts', 'tests'];
const SOURCE = /\.(?:[cm]?ts|tsx|[cm]?js|jsx)$/;

export function readSourceTree(root: string): SourceTree {
  const tree = new Map<string, string>();
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile() && SOURCE.test(entry.name) && !entry.name.endsWith('.d.ts')) tree.set(entry.name, readFileSync(join(root, entry.name), 'utf8'));
    if (entry.isDirectory() && FOLDERS.includes(entry.name)) readFolder(root, entry.name, tree);
  }
  return tree;
}

function readFolder(root: string, folder: string, tree: Map<string, string>): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'node_modules') readFolder(root, path, tree);
    // Other files are known by name only, so that an import of a style sheet or a README's presence can be checked.
    if (entry.isFile()) tree.set(path, SOURCE.test(entry.name) ? readFileSync(join(root, path), 'utf8') : '');
  }
}

export function isSource(path: string): boolean {
  return SOURCE.test(path);
}
