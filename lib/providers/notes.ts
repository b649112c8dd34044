/**
 * Closed codes about what is coarser or missing in a reading:
 *
 * - `<cost|usage>_<project|user|api_key|...>_grouping_<refused|too_large>`: the grouping was dropped for some buckets
 * - `usage_<surface>_<refused|missing>`: the endpoint answered 403 or 404; its days stay as they were
 * - `usage_<surface>_incomplete_day`: hours of a day did not come; that day stays as it was
 * - `cost_api_key_before_2025_12_06`: OpenAI does not split older cost by key
 */
export class Notes {
  readonly #codes = new Set<string>();

  add(code: string): void {
    this.#codes.add(code);
  }

  dropped(kind: 'cost' | 'usage', dimension: string, reason: 'refused' | 'too_large'): void {
    this.add(`${kind}_${dimension.replace(/_id$/, '')}_grouping_${reason}`);
  }

  sorted(): string[] {
    return [...this.#codes].sort();
  }
}
