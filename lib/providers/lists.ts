/** Reading a list whose next page begins after the last id seen. */
import { ProviderError } from './contract.ts';
import { MAX_PAGES } from './buckets.ts';

export interface ListPage<T> {
  items: T[];
  hasMore: boolean;
  /** May be missing on an empty page; the last item's id stands in for it. */
  lastId: string | null;
}

/** @throws ProviderError `provider_pagination`, and whatever `fetch` throws. */
export async function readList<T extends { id: string }>(endpoint: string, fetch: (after: string | null) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = [];
  const cursors = new Set<string>();
  for (let after: string | null = null, pages = 0; ; pages += 1) {
    const lost = (why: string) => new ProviderError('provider_pagination', { status: 200, detail: `${endpoint}: ${why}` });
    if (pages >= MAX_PAGES) throw lost(`more than ${MAX_PAGES} pages`);
    const page: ListPage<T> = await fetch(after);
    items.push(...page.items);
    if (!page.hasMore) return items;
    after = page.lastId ?? page.items.at(-1)?.id ?? null;
    if (after === null) throw lost('has_more without a cursor');
    if (cursors.has(after)) throw lost('the same cursor twice');
    cursors.add(after);
  }
}
