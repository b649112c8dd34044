/** Endpoints that a key's scopes, or the provider's own offer to this organisation, do not reach. */
import { ProviderError } from './contract.ts';

/**
 * Why one usage endpoint is left out of a reading, null when the error concerns the whole reading. Spend comes from the
 * cost report; usage only explains it, so an endpoint that is closed to this organisation must not stop the rest.
 */
export function closedEndpoint(error: unknown): 'refused' | 'missing' | null {
  if (!(error instanceof ProviderError)) return null;
  if (error.code === 'key_scope_missing') return 'refused';
  return error.code === 'provider_unavailable' && error.status === 404 ? 'missing' : null;
}

/** For what is good to have: null when it is closed, or was asked for in a way that this organisation's answer refuses. */
export async function unlessClosed<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (closedEndpoint(error) !== null || (error instanceof ProviderError && error.code === 'request_refused')) return null;
    throw error;
  }
}
