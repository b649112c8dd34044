import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mailPreviews } from '#lib/alerts/previews.ts';
import type { BudgetAlertContent, MailContent } from '#lib/email/content.ts';
import { renderMail } from '#lib/email/render.tsx';
import { UnsafeText } from '#lib/email/safe-text.ts';
import { DARK, LIGHT } from '#lib/email/theme.ts';

const APP = 'https://keymeter.example.com';
const previews = mailPreviews(APP);
const near = previews.find(({ name }) => name === 'budget-near')?.content as BudgetAlertContent;
const HOSTILE = '<script>alert(1)</script>&"\'<img src=x onerror=alert(1)>';

describe.each(previews.map(({ name, content }) => [name, content] as const))('the mail %s', (_, content) => {
  it('gives the same bytes each time, also from content that was stored as JSON', async () => {
    const stored = JSON.parse(JSON.stringify(content)) as MailContent;
    expect(await renderMail(stored)).toEqual(await renderMail(content));
  });

  it('loads nothing, runs nothing, and links to one place', async () => {
    const { html, text } = await renderMail(content);
    expect(html).not.toMatch(/<(img|script|link|iframe|object|form)\b|url\(|@import|@font-face|javascript:|\son\w+=/i);
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual([content.link.url]);
    const addresses = [...new Set([...html.matchAll(/https?:\/\/[^\s"<]+/g)].map(([url]) => url))].filter((url) => !url.startsWith('http://www.w3.org/'));
    expect(addresses).toEqual([content.link.url]);
    expect(text.match(/https?:\/\/\S+/g)).toEqual([content.link.url]);
  });

  it('is small enough not to be cut by a mail client', async () => {
    expect(Buffer.byteLength((await renderMail(content)).html)).toBeLessThan(100_000);
  });

  it('says the same in plain text, in lines that fit', async () => {
    const { text } = await renderMail(content);
    const flat = text.replace(/\s+/g, ' ');
    for (const part of [content.headline, content.link.url, content.why]) expect(flat).toContain(part);
    expect(text).toContain(content.checkpoint ?? 'no checkpoint');
    const long = text.split('\n').filter((line) => [...line].length > 72 && !line.startsWith('http') && !content.checkpoint?.includes(line));
    expect(long).toEqual([]);
    expect(text).not.toMatch(/<[a-z/]|undefined|null|\[object/i);
  });

  it('has a colour for dark wherever it has one for light', async () => {
    const { html } = await renderMail(content);
    expect(html).toContain('content="light dark"');
    expect(html).toContain('@media (prefers-color-scheme:dark)');
    const coloured = [...html.matchAll(/<(\w+)([^>]*)style="([^"]*)"/g)].filter(([, , , style]) => /(?:^|;)(color|background-color|border(?:-\w+)?):[^;]*#/.test(style ?? ''));
    expect(coloured.length).toBeGreaterThan(10);
    const bare = coloured.filter(([, tag, attributes]) => tag !== 'td' && !/class="[^"]*km-/.test(attributes ?? ''));
    expect(bare.map(([whole]) => whole)).toEqual([]);
  });
});

describe('a budget alert', () => {
  it('shows amount, budget, percent, what is left, period, data-through, kind, the top three and how it was computed', async () => {
    const { html, text } = await renderMail(near);
    const shown = html.replace(/<!-- -->/g, '');
    for (const part of ['$412.37', '$500.00', '82.4%', '$87.63 left until 30 November 2026', '1–30 November 2026, UTC', '19 Nov 2026, 14:00 UTC', 'Billed, from the providers’ own cost reports', 'gpt-5.2', '$203.55', '49%', '2 more', '$38.80', '$3.21 estimated']) {
      expect(shown, part).toContain(part);
      expect(text.replace(/\s+/g, ' '), part).toContain(part);
    }
    expect(text).not.toContain('text-embedding-3-large');
  });

  it('draws the gauge with widths that add up, and says it in words', async () => {
    const { html } = await renderMail(near);
    expect(html).toContain('aria-label="$412.37 of $500.00 spent"');
    const gauge = html.slice(html.indexOf('aria-label="$412.37'), html.indexOf('50%</div>'));
    const widths = [...gauge.slice(0, gauge.indexOf('</table>')).matchAll(/<td[^>]* width="([\d.]+)%"/g)].map(([, width]) => Number(width));
    expect(widths).toEqual([82.4, 17.6]);
  });

  it('keeps markup in names from becoming markup', async () => {
    const hostile: BudgetAlertContent = {
      ...near,
      headline: HOSTILE,
      organization: HOSTILE,
      covers: HOSTILE,
      cautions: [HOSTILE],
      facts: [{ label: 'Period', value: HOSTILE }],
      contributors: { title: 'Where it went', rows: [{ name: HOSTILE, amount: '$1.00', share: '', bar: 1000, kind: '' }], rest: null },
      howComputed: [HOSTILE],
      checkpoint: HOSTILE,
    };
    const { html } = await renderMail(hostile);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(8);
  });

  it('refuses a subject with a line break', async () => {
    await expect(renderMail({ ...near, subject: 'Over\r\nBcc: eve@example.com' })).rejects.toThrow(UnsafeText);
  });
});

describe('the colours', () => {
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ] as const)('of %s hold 4.5:1 for text and 3:1 for bars', (_, palette) => {
    for (const text of [palette.ink, palette.ink2, palette.ink3, ...Object.values(palette.tone).map(({ strong }) => strong)]) {
      expect(contrast(text, palette.surface)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(palette.ink3, palette.paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
    for (const { soft } of Object.values(palette.tone)) expect(contrast(palette.ink, soft)).toBeGreaterThanOrEqual(4.5);
    for (const bar of [palette.covered, ...Object.values(palette.tone).map(({ fill }) => fill)]) expect(contrast(bar, palette.surface)).toBeGreaterThanOrEqual(3);
  });
});

describe('the folder', () => {
  it('reaches the network through the injected dispatcher alone', () => {
    const files = readdirSync('lib/email').filter((name) => /\.tsx?$/.test(name));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) expect(readFileSync(`lib/email/${name}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''), name).not.toMatch(/\bfetch\(|node:https?|process\.env|console\./);
  });
});
