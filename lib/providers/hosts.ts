/** Where a provider may be called. Never free text from a user: the admin key is sent there. */
import { ProviderError, type ProviderAdapter } from './contract.ts';

const HOST_NAME = /^(?=.{1,253}(?::|$))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+(:\d{1,5})?$/;

/**
 * Reads `PROVIDER_HOST_ALLOWLIST`: `name` or `name:port`, separated by commas or blanks, without scheme, path or
 * wildcard. @throws RangeError naming the entry's position, not its text.
 */
export function parseHostAllowlist(list: string): string[] {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.map((entry, index) => {
    const host = entry.toLowerCase();
    if (!HOST_NAME.test(host)) throw new RangeError(`entry ${index + 1} is not a host name (like llm.example.com or llm.example.com:8443)`);
    return host;
  });
}

/** The hosts that the dispatcher for `adapters` gets: those in code and those the operator listed. */
export function providerHosts(adapters: readonly Pick<ProviderAdapter, 'hosts'>[], allowlist: readonly string[]): string[] {
  return [...new Set([...adapters.flatMap((adapter) => adapter.hosts), ...allowlist])];
}

/**
 * The base URL of a connection that is bound to `host`.
 * @throws ProviderError `host_refused` when the host is neither the provider's nor listed by the operator.
 */
export function baseUrlFor(adapter: Pick<ProviderAdapter, 'hosts' | 'defaultBaseUrl'>, host: string, allowlist: readonly string[] = []): string {
  if (!adapter.hosts.includes(host) && !allowlist.includes(host)) throw new ProviderError('host_refused', { detail: 'the host is not on the list' });
  const url = new URL(adapter.defaultBaseUrl);
  return `https://${host}${url.pathname === '/' ? '' : url.pathname}`;
}
