/** The queue did not take something in time, or at all. What was offered is still a row and is offered again. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly code: 'queue_refused' | 'queue_timeout' | 'queue_not_ready';
  constructor(code: QueueError['code'], cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** @throws QueueError `queue_timeout` after `ms`; a failure of `work` as `queue_refused` */
export async function withinQueueTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueError('queue_timeout')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw error instanceof QueueError ? error : new QueueError('queue_refused', error);
  } finally {
    clearTimeout(timer);
  }
}
