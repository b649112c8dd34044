/** The mailbox in the browser: a list, and one mail with its HTML in a frame that can run nothing. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mail } from './mail.ts';
import type { MailStore } from './store.ts';

const STYLE = readFileSync(new URL('style.css', import.meta.url));
const SCRIPT = readFileSync(new URL('reload.js', import.meta.url));

const PAGE_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** Mails style themselves inline and may show embedded pictures; nothing is fetched and nothing runs. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

type View = 'html' | 'text' | 'headers';

export async function page(request: IncomingMessage, response: ServerResponse, url: URL, store: MailStore): Promise<void> {
  if (request.method === 'POST') return change(request, response, url, store);
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'GET only');
  if (url.pathname === '/style.css') return send(response, 200, 'text/css', STYLE);
  if (url.pathname === '/reload.js') return send(response, 200, 'text/javascript', SCRIPT);
  if (url.pathname === '/api/version') return send(response, 200, 'application/json', JSON.stringify({ version: store.version }));
  const [, id, part] = /^\/mails\/([0-9a-f-]{36})(\/body)?$/.exec(url.pathname) ?? [];
  const mail = id === undefined ? undefined : store.find(id);
  if (part && mail) return send(response, 200, 'text/html', frame(mail), MAIL_POLICY);
  if (url.pathname !== '/' && !mail) return send(response, 404, 'text/html', layout(store, url, undefined, empty('This mail is gone', 'It was deleted, or the data was reset.')), PAGE_POLICY);
  return send(response, 200, 'text/html', layout(store, url, mail, mail ? reading(mail, url) : undefined), PAGE_POLICY);
}

/** Deletes come from our own forms only: a browser says where a form was. */
async function change(request: IncomingMessage, response: ServerResponse, url: URL, store: MailStore): Promise<void> {
  if (request.headers.origin !== `http://${request.headers.host}`) return send(response, 403, 'text/plain', 'Not from this page');
  const id = /^\/mails\/([0-9a-f-]{36})\/delete$/.exec(url.pathname)?.[1];
  if (id) await store.remove({ id });
  else if (url.pathname === '/delete-all') await store.remove('all');
  response.writeHead(303, { location: '/' }).end();
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, policy = PAGE_POLICY): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}

function layout(store: MailStore, url: URL, chosen: Mail | undefined, content: string | undefined): string {
  const to = url.searchParams.get('to') ?? '';
  const mails = store.list(to || undefined);
  const nothing = to
    ? empty(`No mail to ${to}`, 'Look at all mails instead, or wait: the page updates by itself.')
    : empty('No mail yet', 'Confirmations, alerts and everything else that Keymeter sends on this machine shows up here by itself.');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${esc(chosen ? `${chosen.subject} - Mailbox` : `Mailbox (${mails.length})`)}</title>
<link rel="stylesheet" href="/style.css"><script src="/reload.js" defer></script>
</head>
<body data-version="${store.version}" class="${content === undefined ? 'choosing' : 'reading'}">
<header class="bar">
<h1><a href="/">Mailbox</a></h1>
<p>What Keymeter and its sign-in service sent on this machine. Nothing leaves it.</p>
<form action="/" method="get" role="search"><label for="to">To</label><input id="to" name="to" value="${esc(to)}" placeholder="name@example.com" autocomplete="off"><button>Filter</button></form>
<form action="/delete-all" method="post"><button${mails.length === 0 ? ' disabled' : ''}>Delete all</button></form>
</header>
${mails.length === 0 && content === undefined ? `<main>${nothing}</main>` : `<div class="panes"><nav aria-label="Mails"><ul class="list">${mails.map((mail) => row(mail, mail.id === chosen?.id, to)).join('')}</ul></nav><main class="mail">${content ?? empty('Choose a mail', 'The newest is on top.')}</main></div>`}
</body></html>`;
}

function row(mail: Mail, chosen: boolean, to: string): string {
  return `<li><a href="${hrefOf(mail, 'html', to)}"${chosen ? ' aria-current="true"' : ''}><strong>${esc(mail.subject || '(no subject)')}</strong><span><span>${esc(mail.to.join(', '))}</span>${when(mail.at)}</span></a></li>`;
}

function reading(mail: Mail, url: URL): string {
  const to = url.searchParams.get('to') ?? '';
  const asked = url.searchParams.get('view');
  const view: View = asked === 'text' || asked === 'headers' ? asked : mail.html === undefined ? 'text' : 'html';
  const tabs = (['html', 'text', 'headers'] as const)
    .filter((name) => name === 'headers' || mail[name] !== undefined)
    .map((name) => `<a href="${hrefOf(mail, name, to)}"${name === view ? ' aria-current="page"' : ''}>${{ html: 'HTML', text: 'Plain text', headers: 'Headers' }[name]}</a>`);
  const facts: [string, string][] = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Bcc', mail.bcc.join(', ')],
    ['Reply to', mail.replyTo.join(', ')],
    ['Attached', mail.attachments.map((part) => `${part.filename} (${part.contentType}, ${part.bytes} bytes)`).join(', ')],
  ];
  return `<a class="back" href="/">All mails</a>
<h2>${esc(mail.subject || '(no subject)')}</h2>
<dl class="facts">${facts.filter(([, value]) => value !== '').map(([name, value]) => `<dt>${name}</dt><dd>${esc(value)}</dd>`).join('')}<dt>Arrived</dt><dd>${when(mail.at)} by ${mail.via === 'smtp' ? 'SMTP' : "Resend's API"}</dd></dl>
<nav class="tabs" aria-label="Views">${tabs.join('')}</nav>
${bodyOf(mail, view)}
<form action="/mails/${mail.id}/delete" method="post"><button>Delete this mail</button></form>`;
}

function bodyOf(mail: Mail, view: View): string {
  if (view === 'html') return `<iframe class="body" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mails/${mail.id}/body" title="The mail as its reader sees it"></iframe>`;
  if (view === 'text') return `<pre>${esc(mail.text ?? '(this mail has no plain text)')}</pre>`;
  const headers = [
    ...mail.headers.map(({ name, value }) => `${name}: ${value}`),
    ...mail.tags.map(({ name, value }) => `tag ${name}: ${value}`),
    ...(mail.idempotencyKey === undefined ? [] : [`Idempotency-Key: ${mail.idempotencyKey}`]),
  ];
  return `<pre>${esc(headers.join('\n') || '(no headers)')}</pre>`;
}

/** Links open in a window of their own, where they are followed like in any mail program. */
function frame(mail: Mail): string {
  return `<base target="_blank">${mail.html ?? ''}`;
}

function hrefOf(mail: Mail, view: View, to: string): string {
  const query = new URLSearchParams({ ...(view === 'html' ? {} : { view }), ...(to ? { to } : {}) }).toString();
  return esc(`/mails/${mail.id}${query ? `?${query}` : ''}`);
}

const when = (iso: string): string => `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
const empty = (title: string, text: string): string => `<div class="empty"><strong>${esc(title)}</strong>${esc(text)}</div>`;
const esc = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
