/** Next calls `register` once, before the server takes its first request. */
import type { Instrumentation } from 'next';

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { checkEnvironment, prepareEveryRequest, redactOutput } = await import('./app/_server/boot.ts');
  checkEnvironment();
  redactOutput();
  prepareEveryRequest();
}

/** A page, action or route that failed: one line, found by the digest that the error page shows. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { logRequestError } = await import('./app/_server/request-error.ts');
  logRequestError(error, request, context);
};
