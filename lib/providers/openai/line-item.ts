/** What can be read from `line_item`, which is free text: `<model>[ <modality>], <direction>[, long context]` or a service. */

export interface LineItem {
  /** null when it is a service, or anything that does not look like a model. */
  model: string | null;
  /** All after the first comma, e.g. `cached input, long context`. */
  direction: string | null;
  modality: 'image' | 'text' | 'audio' | null;
}

/** Model names hold no blank (`whisper`, `ft:gpt-5.4-mini:acme::a1b2`); services do (`web search tool calls`). */
const MODEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

export function parseLineItem(lineItem: string | null): LineItem {
  if (lineItem === null) return { model: null, direction: null, modality: null };
  const [first = '', ...rest] = lineItem.split(',');
  const direction = rest.join(',').trim() || null;
  const head = first.trim();
  const split = /^(.*\S)\s+(image|text|audio)$/.exec(head);
  const name = split?.[1] ?? head;
  const modality = (split?.[2] ?? null) as LineItem['modality'];
  return { model: MODEL.test(name) ? name : null, direction, modality };
}
