/** Pages that lead nowhere: the same cursor for ever, a cursor that is missing, ten thousand pages. */
import type { Paging } from './behaviour.ts';
import { type JsonObject, isObject } from './json-text.ts';
import type { QueryEntries } from './parameters.ts';
import { bucketStart } from './report-shape.ts';

const CURSOR_PARAMETERS = ['page', 'after', 'after_id'];
const ENDLESS = /^page_endless_(\d+)$/;

/** Cursors that a misbehaviour handed out mean nothing to the real endpoint: it is asked for its first page instead. */
export function queryForEndpoint(query: QueryEntries, pagings: readonly Paging[]): QueryEntries {
  const invented = pagings.some(({ kind }) => kind === 'repeat_cursor' || kind === 'endless_pages');
  return invented ? query.filter(([name]) => !CURSOR_PARAMETERS.includes(name)) : query;
}

export function changePaging(body: JsonObject, paging: Paging, query: QueryEntries): JsonObject {
  switch (paging.kind) {
    case 'repeat_cursor':
      return withCursor(body, 'page_repeated');
    case 'cursor_missing':
      return withCursor(body, null);
    case 'endless_pages':
      return endless(body, paging.pages, query);
    case 'missing_bucket':
      return withoutBucket(body, paging.day);
  }
}

/** Reports carry `next_page`, lists `last_id`; single objects have no pages. */
function withCursor(body: JsonObject, cursor: string | null): JsonObject {
  if (!Array.isArray(body.data)) return body;
  return 'next_page' in body ? { ...body, has_more: true, next_page: cursor } : { ...body, has_more: true, last_id: cursor };
}

function endless(body: JsonObject, pages: number, query: QueryEntries): JsonObject {
  const given = query.find(([name]) => CURSOR_PARAMETERS.includes(name))?.[1] ?? '';
  const page = Number(ENDLESS.exec(given)?.[1] ?? 1);
  const shown = page === 1 ? body : { ...body, data: [] };
  if (page < pages) return withCursor(shown, `page_endless_${page + 1}`);
  return { ...shown, has_more: false, ...('next_page' in body ? { next_page: null } : {}) };
}

function withoutBucket(body: JsonObject, wanted: string | undefined): JsonObject {
  if (!Array.isArray(body.data)) return body;
  const last = body.data.length - 1;
  const data = body.data.filter((entry, index) => {
    if (!isObject(entry) || !Array.isArray(entry.results)) return true;
    return wanted === undefined ? index !== last : !bucketStart(entry).startsWith(wanted);
  });
  return { ...body, data };
}
