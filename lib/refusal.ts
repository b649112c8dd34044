/**
 * What the database refused, read out of an error of the REST gateway. Our functions raise `KM001` with a closed code
 * as the message; one gateway passes the message on as it is, another puts the error's class in front of it.
 */
const CODE = /(?:^|: )([a-z][a-z_]{1,59})$/;

/** The closed code (`not_found`, `too_many_requests` ...), null when the error is not a refusal of ours. */
export function refusalOf(error: { code?: string | null; message?: string | null } | null): string | null {
  if (!error || !error.message) return null;
  // A gateway that hides the state still cannot hide that nothing but a code was said.
  if (error.code !== 'KM001' && error.code !== 'KM002' && !/^PostgresError: [a-z_]+$/.test(error.message)) return null;
  return CODE.exec(error.message)?.[1] ?? null;
}
