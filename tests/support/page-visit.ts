/** A person in a real browser: signed in through the page, with everything noticed that goes over the wire or goes wrong. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { stack } from './stack.ts';
import type { TestUser } from './users.ts';

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** `POST http://... <body>` of every request since the start, bodies included. */
  readonly sent: readonly string[];
  /** Violations of the content security policy, errors of scripts and of the console. A good page has none. */
  readonly complaints: readonly string[];
  /** Every answer's address, headers and text, as far as it had any. Waits for those under way. */
  received(): Promise<string[]>;
  close(): Promise<void>;
}

/** A new context with its own cookies, on the sign-in page's far side. */
export async function visitAs(browser: Browser, user: Pick<TestUser, 'email' | 'password'>, options: BrowserContextOptions = {}): Promise<Visit> {
  const visit = await openVisit(browser, options);
  await visit.page.goto('/sign-in');
  await visit.page.getByLabel('E-mail').fill(user.email);
  await visit.page.getByLabel('Password').fill(user.password);
  await visit.page.getByRole('button', { name: 'Sign in' }).click();
  await visit.page.waitForURL('**/overview');
  return visit;
}

export async function openVisit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: stack().appUrl, ...options });
  const page = await context.newPage();
  const sent: string[] = [];
  const complaints: string[] = [];
  const answers: Promise<string>[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())} ${request.postDataBuffer()?.toString('latin1') ?? ''}`));
  page.on('response', (response) =>
    answers.push(
      response.text().then(
        (text) => `${response.url()} ${JSON.stringify(response.headers())} ${text}`,
        // Redirects and answers to a page that was left have no text.
        () => `${response.url()} ${JSON.stringify(response.headers())}`,
      ),
    ),
  );
  page.on('console', (message) => {
    // What a policy refuses is written to the console as an error too.
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page, sent, complaints, received: () => Promise.all(answers), close: () => context.close() };
}
