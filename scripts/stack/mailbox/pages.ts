/** Placeholder to be replaced right away. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MailStore } from './store.ts';
export function page(_request: IncomingMessage, response: ServerResponse, _url: URL, _store: MailStore): void {
  response.end('');
}
