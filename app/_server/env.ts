import { readWebEnv, type WebEnv } from '#lib/env.ts';

let read: WebEnv | undefined;

/** The web process's settings. Read on first use, not on import: a build has no environment. @throws EnvError */
export function webEnv(): WebEnv {
  read ??= readWebEnv();
  return read;
}

/** Whether people reach us over https: then cookies are Secure and carry the `__Host-` prefix. */
export function isHttps(env: Pick<WebEnv, 'APP_URL'> = webEnv()): boolean {
  return env.APP_URL.startsWith('https:');
}
