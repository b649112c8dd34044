/**
 * The look of the mails: the ledger paper of the web app in values that mail clients understand. Light colours are
 * inline, because many clients drop style sheets; dark ones override them by class where a client can. Text pairs hold
 * 4.5:1 in both.
 */
import type { Tone } from '#lib/email/content.ts';

interface Palette {
  readonly paper: string;
  readonly surface: string;
  readonly inset: string;
  readonly line: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly onAccent: string;
  /** `strong` for text, `soft` behind text, `fill` for bars (3:1 against the sheet). */
  readonly tone: Readonly<Record<Tone, { readonly strong: string; readonly soft: string; readonly fill: string }>>;
  /** An overrun gauge: what the budget covered is quieter than what it did not. */
  readonly covered: string;
}

export const LIGHT: Palette = {
  paper: '#f6f4ed',
  surface: '#fffdf8',
  inset: '#efece2',
  line: '#e2dccd',
  ink: '#1b1c18',
  ink2: '#4a483f',
  ink3: '#676255',
  accent: '#0b5f66',
  onAccent: '#ffffff',
  tone: {
    calm: { strong: '#0b5f66', soft: '#dcebe8', fill: '#0b5f66' },
    near: { strong: '#7d5200', soft: '#f9edcd', fill: '#b87400' },
    over: { strong: '#a8241c', soft: '#fae4df', fill: '#a8241c' },
    good: { strong: '#17693f', soft: '#e0f1e5', fill: '#17693f' },
  },
  covered: '#cf7168',
};

export const DARK: Palette = {
  paper: '#0f1312',
  surface: '#161b1a',
  inset: '#262d2b',
  line: '#313a37',
  ink: '#eceee9',
  ink2: '#bdc5c0',
  ink3: '#98a39e',
  accent: '#74d6cf',
  onAccent: '#06282a',
  tone: {
    calm: { strong: '#74d6cf', soft: '#153634', fill: '#4fbcc0' },
    near: { strong: '#f0c260', soft: '#352a0e', fill: '#e0ad45' },
    over: { strong: '#ff9d91', soft: '#3d1a16', fill: '#f08478' },
    good: { strong: '#74d59c', soft: '#14301f', fill: '#58bd82' },
  },
  covered: '#b0564c',
};

export const SANS = "'Geist', -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const MONO = "'Geist Mono', ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'Liberation Mono', monospace";

const TONES = ['calm', 'near', 'over', 'good'] as const;

/** Class names say what a colour is for; `dark` and `phone` rules are all that the sheet holds. */
export function styleSheet(): string {
  const dark = (scope: string) =>
    [
      `${scope}.km-paper,${scope}.km-paper>table>tbody>tr>td{background-color:${DARK.paper}!important}`,
      `${scope}.km-surface{background-color:${DARK.surface}!important}`,
      `${scope}.km-inset{background-color:${DARK.inset}!important}`,
      `${scope}.km-line{border-color:${DARK.line}!important}`,
      `${scope}.km-ink{color:${DARK.ink}!important}`,
      `${scope}.km-ink2{color:${DARK.ink2}!important}`,
      `${scope}.km-ink3{color:${DARK.ink3}!important}`,
      `${scope}.km-button{background-color:${DARK.accent}!important;color:${DARK.onAccent}!important}`,
      `${scope}.km-tick{border-color:${DARK.ink3}!important}`,
      `${scope}.km-covered{background-color:${DARK.covered}!important}`,
      `${scope}.km-brand{background-color:${DARK.accent}!important}`,
      ...TONES.flatMap((tone) => [
        `${scope}.km-${tone}{color:${DARK.tone[tone].strong}!important}`,
        `${scope}.km-${tone}-soft{background-color:${DARK.tone[tone].soft}!important}`,
        `${scope}.km-${tone}-fill{background-color:${DARK.tone[tone].fill}!important}`,
        `${scope}.km-${tone}-edge{border-color:${DARK.tone[tone].strong}!important}`,
      ]),
    ].join('');
  return [
    ':root{color-scheme:light dark;supported-color-schemes:light dark}',
    'a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}',
    `@media (prefers-color-scheme:dark){${dark('')}}`,
    // Outlook's apps and web client ignore the media query and mark what they recoloured instead.
    dark('[data-ogsc] '),
    '@media (max-width:520px){.km-gutter{padding-left:20px!important;padding-right:20px!important}.km-edge{padding-left:8px!important;padding-right:8px!important}.km-figure{font-size:38px!important}.km-headline{font-size:21px!important}.km-wide{display:block!important;width:100%!important;text-align:center!important;box-sizing:border-box!important}.km-bar{display:none!important}}',
  ].join('\n');
}
