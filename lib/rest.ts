/** Answers of the REST gateway as verbs may use them: rows or a value, else an AppError that says nothing of the query. */
import { AppError, isAppErrorCode } from '#lib/errors.ts';
import { refusalOf } from '#lib/refusal.ts';

interface GatewayError {
  readonly code?: string;
  readonly message: string;
}
type Answer = { readonly data: unknown; readonly error: GatewayError | null; readonly status: number };

/** PostgreSQL: row-level security or a privilege said no. */
const NOT_PERMITTED = '42501';
/** PostgreSQL: a check of ours (a length, a form) refused the input. */
const CHECK_FAILED = '23514';

/** Rows of a select or of a set-returning function. @throws AppError */
export async function rowsOf<R>(query: PromiseLike<Answer>): Promise<R[]> {
  return (await valueOf<R[] | null>(query)) ?? [];
}

/** The value of a scalar function, or the row of a `single()`. @throws AppError */
export async function valueOf<V>(query: PromiseLike<Answer>): Promise<V> {
  const { data, error, status } = await query;
  if (error) throw restError(error, status);
  return data as V;
}

/** Our own codes pass; everything else is either an outage or a surprise. */
export function restError(error: GatewayError, status: number): AppError {
  const refused = refusalOf(error);
  if (refused && isAppErrorCode(refused)) return new AppError(refused);
  if (error.code === NOT_PERMITTED) return new AppError('forbidden', { detail: 'row-level security' });
  if (error.code === CHECK_FAILED) return new AppError('invalid_input', { detail: 'a check of the database' });
  // 0: no answer at all.
  if (status === 0 || status >= 502) return new AppError('database_unavailable', { detail: `status ${status}` });
  if (status === 401) return new AppError('unauthenticated');
  return new AppError('internal', { detail: `database ${/^[\w-]{1,20}$/.test(error.code ?? '') ? error.code : 'error'}, status ${status}` });
}
