import { cookies } from 'next/headers';
import { z } from 'zod';
import { cookieName } from './cookie-options.ts';
import { isHttps } from './env.ts';

export const theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.output<typeof theme>;

/** What the person chose on this device; `system` follows the device. */
export async function readTheme(): Promise<Theme> {
  const jar = await cookies();
  const chosen = theme.safeParse(jar.get(cookieName('theme', isHttps()))?.value);
  return chosen.success ? chosen.data : 'system';
}
