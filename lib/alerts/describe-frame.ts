/** What every mail about an alert carries, checked once: people's names may reach a header, so they refuse line breaks. */
import type { MailBase } from '#lib/email/content.ts';
import { clip, headerText, webLink } from '#lib/email/safe-text.ts';

/** Subjects and headlines stay readable in an inbox. */
const NAME_LENGTH = 60;

export interface MailFrame {
  /** The organisation's name, as its people gave it. */
  readonly organization: string;
  /** Where the one link leads; http or https. */
  readonly url: string;
  /** Why this recipient gets it, as a sentence. */
  readonly why: string;
  /** The newest signed audit checkpoint, verbatim. */
  readonly checkpoint: string | null;
}

/** @throws UnsafeText for a name with a line break or a link that is not http(s). */
export function frame(input: MailFrame, label: string): Pick<MailBase, 'organization' | 'link' | 'why' | 'checkpoint'> {
  return {
    organization: personName(input.organization, "the organisation's name"),
    link: { url: webLink(input.url), label },
    why: headerText(input.why, 'the reason'),
    checkpoint: input.checkpoint,
  };
}

/** A name that a person gave, as it may stand in a subject. @throws UnsafeText */
export function personName(name: string, what: string): string {
  return clip(headerText(name, what), NAME_LENGTH);
}

/** `OpenAI`, `OpenAI and Anthropic`, `OpenAI, Anthropic and Google` */
export function joined(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
