/**
 * A browser without script, as bare as it gets: keeps cookies, fills forms in, follows nothing. For what a real browser
 * would be too slow or too well-behaved for.
 */
import { exchange, type Exchange } from './exchange.ts';

export interface PlainForm {
  /** What the form would send: names and values, as the page has them. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly html: string;
}

export interface PlainVisitor {
  readonly jar: Map<string, string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Exchange>;
  /** Fills in and sends the form of the page; `over` replaces or adds fields. Script is off, so web answers with a page. */
  submit(path: string, holding: string, over: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Exchange>;
  send(path: string, form: PlainForm, over: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Exchange>;
}

export interface PlainOptions {
  /** The address people know web by, when it is not where it listens. */
  readonly origin?: string;
  /** Where the visitor seems to come from; web must trust one proxy. */
  readonly address?: string;
  readonly cookies?: ReadonlyMap<string, string>;
}

export function plainVisitor(url: string, { origin = url, address, cookies }: PlainOptions = {}): PlainVisitor {
  const jar = new Map(cookies);
  const own = (headers: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    accept: 'text/html',
    ...(jar.size > 0 ? { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
    ...(address ? { 'x-forwarded-for': address } : {}),
    ...headers,
  });
  const keep = (answer: Exchange): Exchange => {
    for (const line of answer.setCookies) keepCookie(jar, line);
    return answer;
  };
  const visitor: PlainVisitor = {
    jar,
    get: async (path, headers) => keep(await exchange(url, path, { headers: own(headers) })),
    async submit(path, holding, over, headers) {
      const page = await visitor.get(path);
      return visitor.send(path, formHolding(page.text, holding), over, headers);
    },
    async send(path, form, over, headers) {
      const data = new FormData();
      for (const [name, value] of form.fields) if (!(name in over)) data.append(name, value);
      for (const [name, value] of Object.entries(over)) data.append(name, value);
      const encoded = new Response(data);
      const body = Buffer.from(await encoded.arrayBuffer());
      return keep(await exchange(url, path, { method: 'POST', headers: own({ origin, 'content-type': encoded.headers.get('content-type') ?? '', ...headers }), body }));
    },
  };
  return visitor;
}

function keepCookie(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const name = pair.slice(0, pair.indexOf('='));
  const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=thu, 01 jan 1970/i.test(attribute));
  if (gone) jar.delete(name);
  else jar.set(name, pair.slice(name.length + 1));
}

/** Every form of a page. */
export function formsOf(html: string): PlainForm[] {
  return [...html.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/g)].map(([whole, inner = '']) => ({
    html: whole,
    fields: [...inner.matchAll(/<input\b([^>]*)>/g)].flatMap(([, attributes = '']): [string, string][] => {
      const name = attribute(attributes, 'name');
      return name === undefined ? [] : [[name, attribute(attributes, 'value') ?? '']];
    }),
  }));
}

/** The one form with this in it, e.g. the text of its button. @throws Error when there is none. */
export function formHolding(html: string, holding: string): PlainForm {
  const found = formsOf(html).find((form) => form.html.includes(holding));
  if (!found) throw new Error(`No form of the page has "${holding}"`);
  return found;
}

function attribute(attributes: string, name: string): string | undefined {
  const raw = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
  return raw?.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A page without what differs between any two answers: its nonce. What is left must not tell two cases apart. */
export function withoutNonce({ headers, text }: Exchange): string {
  const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy'] ?? ''))?.[1];
  return nonce ? text.replaceAll(nonce, 'NONCE') : text;
}

/** What a page says to people: its text without markup, scripts and styles. */
export function wordsOf(html: string): string {
  return html
    .replace(/<(script|style|template)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x27;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
