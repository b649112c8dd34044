/** The server actions of the build, as the build lists them, and calling one the way the browser's script does. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ActionState } from '#app/_server/action-state.ts';
import { CHECKOUT } from '#scripts/stack/paths.ts';
import { exchange, type Exchange } from './exchange.ts';

export interface BuiltAction {
  /** What a request names it by. */
  readonly id: string;
  /** The export's name. */
  readonly name: string;
  readonly file: string;
  /** The route of a page that knows it, `/settings/connections/[id]`. */
  readonly route: string;
}

export function builtActions(): BuiltAction[] {
  const manifest = JSON.parse(readFileSync(resolve(CHECKOUT, '.next/server/server-reference-manifest.json'), 'utf8')) as {
    node: Record<string, { filename: string; exportedName: string; workers: Record<string, unknown> }>;
  };
  return Object.entries(manifest.node).map(([id, { filename, exportedName, workers }]) => ({ id, name: exportedName, file: filename, route: routeOf(Object.keys(workers)[0] ?? '') }));
}

/** `app/(auth)/sign-in/page` is `/sign-in`. */
export function routeOf(file: string): string {
  return `/${file.split('/').slice(1, -1).filter((part) => !part.startsWith('(')).join('/')}`;
}

export interface Caller {
  readonly url: string;
  /** The address people know web by. */
  readonly origin: string;
  readonly cookies: ReadonlyMap<string, string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param path any page that knows the action */
export function callAction({ url, origin, cookies, headers }: Caller, action: Pick<BuiltAction, 'id'>, path: string, input: unknown): Promise<Exchange> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return exchange(url, path, {
    method: 'POST',
    headers: { origin, 'next-action': action.id, 'content-type': 'text/plain;charset=UTF-8', accept: 'text/x-component', ...(cookie ? { cookie } : {}), ...headers },
    body: JSON.stringify([null, input]),
  });
}

/** What the action answered, out of React's stream. null when it led elsewhere. */
export function stateOf({ text }: Exchange): ActionState<unknown> | null {
  for (const line of text.split('\n')) {
    const [, row = ''] = /^[0-9a-f]+:(\{"ok":.*)$/.exec(line) ?? [];
    if (row) return JSON.parse(row) as ActionState<unknown>;
  }
  return null;
}
