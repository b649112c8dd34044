/** What one running simulator knows: its clock, its customers' worlds, their keys, and who asked for what. */
import { randomUUID } from 'node:crypto';
import { DayCache } from './day-cache.ts';
import type { ForeignHost } from './foreign-host.ts';
import { KeyRegistry } from './keys.ts';
import { RequestLog } from './request-log.ts';
import { type World, createWorld } from './world.ts';

export interface SimulatorState {
  now(): Date;
  /** A fixed moment, or null for the clock it was started with. */
  setNow(at: Date | null): void;
  keys: KeyRegistry;
  /** One world per customer, made when first asked for. */
  worldOf(org: string): World;
  log: RequestLog;
  foreign: ForeignHost;
  /** What an answer's `request-id` says. */
  nextRequestId(): string;
}

export function createState(options: { now: () => Date; world: World | undefined; foreign: ForeignHost }): SimulatorState {
  const worlds = new Map<string, World>(options.world ? [[options.world.org, options.world]] : []);
  const cache = new DayCache();
  let fixed: Date | null = null;
  return {
    now: () => fixed ?? options.now(),
    setNow(at) {
      fixed = at;
    },
    keys: new KeyRegistry(),
    worldOf(org) {
      const world = worlds.get(org) ?? createWorld({ org, cache, ...(options.world ? { days: options.world.days } : {}) });
      worlds.set(org, world);
      return world;
    },
    log: new RequestLog(),
    foreign: options.foreign,
    nextRequestId: () => `req_${randomUUID().replaceAll('-', '')}`,
  };
}
