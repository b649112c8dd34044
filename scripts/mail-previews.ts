/**
 * Writes every mail as HTML and plain text into a folder, to be looked at:
 *
 *     npx tsx scripts/mail-previews.ts <folder> [--pictures]
 *
 * With `--pictures` also as PNG, on a desktop and on a phone, light and dark, by the system's Chromium (CHROMIUM_PATH
 * names another).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mailPreviews } from '#lib/alerts/previews.ts';
import { renderMail } from '#lib/email/render.tsx';

const WIDTHS = { desktop: 760, phone: 375 } as const;

async function main(): Promise<void> {
  const [folder, ...flags] = process.argv.slice(2);
  if (!folder || folder.startsWith('--') || flags.some((flag) => flag !== '--pictures')) {
    console.error('usage: npx tsx scripts/mail-previews.ts <folder> [--pictures]');
    process.exit(2);
  }
  const target = resolve(folder);
  await mkdir(target, { recursive: true });
  const previews = mailPreviews('https://keymeter.example.com');
  for (const { name, content } of previews) {
    const mail = await renderMail(content);
    await writeFile(join(target, `${name}.html`), mail.html);
    await writeFile(join(target, `${name}.txt`), `Subject: ${mail.subject}\n\n${mail.text}`);
  }
  if (flags.includes('--pictures')) await takePictures(target, previews.map(({ name }) => name));
  console.log(`${previews.length} mails in ${target}`);
}

async function takePictures(folder: string, names: readonly string[]): Promise<void> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [device, width] of Object.entries(WIDTHS)) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 400 }, deviceScaleFactor: 1.5 });
        for (const name of names) {
          await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
          await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`), fullPage: true });
        }
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
}

await main();
