import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { readTheme } from './_server/theme.ts';
import { display, mono, text, textExtended } from './fonts.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Keymeter', template: '%s · Keymeter' },
  description: 'What your AI providers cost, a warning before a budget is gone, and proof of who touched the admin keys.',
  robots: { index: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

/** Reads a cookie, so every page is rendered for its request: that is what lets its scripts carry the nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await readTheme();
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} className={`${display.variable} ${text.variable} ${textExtended.variable} ${mono.variable}`}>
      <body>{children}</body>
    </html>
  );
}
