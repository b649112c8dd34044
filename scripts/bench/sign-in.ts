/** Signs in to the web app by its own form, as a browser without script does. */
import type { Account } from './account.ts';

/** @returns the session as a Cookie header. @throws Error when the app does not let the account in. */
export async function signIn(appUrl: string, { email, password }: Pick<Account, 'email' | 'password'>): Promise<string> {
  const page = await fetch(`${appUrl}/sign-in`);
  const body = new FormData();
  for (const [name, value] of hiddenFields(await page.text())) body.append(name, value);
  body.append('email', email);
  body.append('password', password);
  const answer = await fetch(`${appUrl}/sign-in`, { method: 'POST', headers: { origin: appUrl }, body, redirect: 'manual' });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const session = cookies.filter((cookie) => /^(?:__Host-)?km-session\.\d=./.test(cookie));
  if (session.length === 0) throw new Error(`The web app did not sign the account in (status ${answer.status}).`);
  return session.join('; ');
}

/** What tells the app which of its actions the form belongs to. The page has one form with a password. */
function hiddenFields(html: string): [name: string, value: string][] {
  const form = html.match(/<form\b.*?<\/form>/gs)?.find((markup) => markup.includes('name="password"')) ?? '';
  return [...form.matchAll(/<input\b[^>]*>/g)].flatMap(([input]) => {
    const name = attribute(input, 'name');
    return attribute(input, 'type') === 'hidden' && name !== undefined ? [[name, attribute(input, 'value') ?? '']] : [];
  });
}

function attribute(markup: string, name: string): string | undefined {
  const raw = new RegExp(`\\s${name}="([^"]*)"`).exec(markup)?.[1];
  return raw?.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
