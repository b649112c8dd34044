/** What can be read from `line_item`, which is free text: `<model>[ <modality>], <direction>[, long context]` or a service. */

export interface LineItem {
  /** null when it is a service, or anything that does not look like a model. */
  model: string | null;
  /** All after the first comma, e.g. `cached input, long context`. */
  direction: string | null;
  modality: 'image' | 'text' | 'audio' | null;
}

/** Model names hold no blank (`ft:gpt-5.4-mini:acme::a1b2` included); a service does (`web search tool calls`). */
const MODEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

export function parseLineItem(lineItem: string | null): LineItem {
  const comma = lineItem?.indexOf(',') ?? -1;
  if (lineItem === null || comma < 0) return { model: null, direction: null, modality: null };
  const direction = lineItem.slice(comma + 1).trim() || null;
  const head = lineItem.slice(0, comma).trim();
  const split = /^(.*\S)\s+(image|text|audio)$/.exec(head);
  const name = split?.[1] ?? head;
  const modality = (split?.[2] ?? null) as LineItem['modality'];
  return { model: MODEL.test(name) ? name : null, direction, modality };
}
