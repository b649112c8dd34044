/** How jobs reach a provider: one dispatcher for all, pinned to the hosts in code and those the operator listed. */
import type { WorkerEnv } from '#lib/env.ts';
import { createHttp, parseUrl } from '#lib/http.ts';
import { PROVIDERS, type ProviderAdapter, type ProviderHttp, type ProviderName } from '#lib/providers/contract.ts';
import { baseUrlFor, providerHosts } from '#lib/providers/hosts.ts';
import { providerHttp } from '#lib/providers/http.ts';
import { adapterFor } from '#lib/providers/registry.ts';

/**
 * @param host the one that the key was sealed for
 * @throws ProviderError `host_refused` when it is not on the list (any more)
 */
export type ReachProvider = (provider: ProviderName, host: string, signal: AbortSignal) => { adapter: ProviderAdapter; http: ProviderHttp };

type Settings = Pick<WorkerEnv, 'OPENAI_BASE_URL' | 'ANTHROPIC_BASE_URL' | 'KEYMETER_ALLOW_LOOPBACK'>;

export function providerReach(settings: Settings, allowlist: readonly string[]): { reachProvider: ReachProvider; close(): Promise<void> } {
  const redirected: Readonly<Record<ProviderName, string | undefined>> = { openai: settings.OPENAI_BASE_URL, anthropic: settings.ANTHROPIC_BASE_URL };
  // An operator who redirects a provider has named its host.
  const redirectHosts = Object.values(redirected).flatMap((url) => (url ? [parseUrl(url).host] : []));
  const http = createHttp({
    purpose: 'provider',
    allowedHosts: [...providerHosts(PROVIDERS.map(adapterFor), allowlist), ...redirectHosts],
    allowLoopback: settings.KEYMETER_ALLOW_LOOPBACK,
  });
  return {
    reachProvider(provider, host, signal) {
      const adapter = adapterFor(provider);
      const redirect = redirected[provider];
      const baseUrl = redirect ? withPathOf(adapter.defaultBaseUrl, redirect) : baseUrlFor(adapter, host, allowlist);
      return { adapter, http: providerHttp({ adapter, http, baseUrl, signal }) };
    },
    close: () => http.close(),
  };
}

/** An address without a path stands in for the provider's host, so the path stays. */
function withPathOf(defaultBaseUrl: string, redirect: string): string {
  const { origin, pathname } = parseUrl(redirect);
  return pathname === '/' ? `${origin}${parseUrl(defaultBaseUrl).pathname}`.replace(/\/$/, '') : redirect;
}
