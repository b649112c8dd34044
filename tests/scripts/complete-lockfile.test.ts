import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeLockFile, type LockFile } from '#scripts/complete-lockfile.ts';

const locked = (optionalDependencies: Record<string, string>, more: LockFile['packages'] = {}): LockFile => ({
  packages: { '': {}, 'node_modules/tool': { version: '1.0.0', dev: true, optionalDependencies }, ...more },
});

describe('the lock file', () => {
  it('names every optional package of every platform, so that npm ci accepts it everywhere', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as LockFile;
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    expect(completeLockFile(lock)).toEqual([]);
  });
});

describe('completing a lock file', () => {
  it('adds what is missing with version, system, processor and C library', () => {
    const lock = locked({ '@tool/bin-linux-arm64-musl': '1.0.0', 'tool-windows-x64': '1.0.0', '@tool/wasm32-wasi': '1.0.0' });
    expect(completeLockFile(lock)).toEqual(['@tool/bin-linux-arm64-musl', 'tool-windows-x64', '@tool/wasm32-wasi']);
    expect(lock.packages['node_modules/@tool/bin-linux-arm64-musl']).toEqual({ version: '1.0.0', cpu: ['arm64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] });
    expect(lock.packages['node_modules/tool-windows-x64']).toMatchObject({ os: ['win32'], cpu: ['x64'] });
    expect(lock.packages['node_modules/@tool/wasm32-wasi']).toEqual({ version: '1.0.0', cpu: ['wasm32'], dev: true, optional: true });
  });

  it('leaves alone what is there, beside the parent or above it', () => {
    const lock = locked({ 'bin-linux-x64': '1.0.0' }, { 'node_modules/tool/node_modules/bin-linux-x64': { version: '1.0.0' } });
    expect(completeLockFile(lock)).toEqual([]);
    expect(completeLockFile(locked({ 'bin-linux-x64': '1.0.0' }, { 'node_modules/bin-linux-x64': { version: '1.0.0' } }))).toEqual([]);
  });

  it('refuses to guess', () => {
    expect(() => completeLockFile(locked({ fsevents: '2.3.3' }))).toThrow(/processor/);
    expect(() => completeLockFile(locked({ 'bin-linux-x64': '^1.0.0' }))).toThrow(/exact version/);
  });
});
