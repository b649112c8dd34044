/** A provider's name as people write it. */
import { registry } from '#lib/providers/registry.ts';

/** `openai` -> `OpenAI`; a name that is not known stands for itself. */
export function providerLabel(name: string): string {
  return Object.hasOwn(registry, name) ? registry[name as keyof typeof registry].label : name;
}
