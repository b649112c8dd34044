/**
 * Usage and cost name one model differently, in both directions: `gpt-image-1-2025-04-23` in OpenAI's usage is
 * `gpt-image-1` in its costs, `gpt-image-2` in usage is `gpt-image-2-2026-04-21` in costs; Anthropic writes
 * `claude-sonnet-4-20250514`. Facts keep the name as sent; this is the name to join and to group by.
 */
export function modelFamily(model: string): string {
  return model.replace(/-(?:\d{4}-\d{2}-\d{2}|20\d{6})$/, '');
}
