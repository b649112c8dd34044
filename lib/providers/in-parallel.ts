/**
 * Runs tasks in order with at most `width` at a time. After the first failure none is started; those in flight are
 * waited for, so that no call with the key is under way once the caller has gone on.
 * @throws the first failure.
 */
export async function inParallel<T>(width: number, tasks: ReadonlyArray<() => Promise<T>>): Promise<T[]> {
  const results: T[] = [];
  const failures: unknown[] = [];
  // One iterator for all lanes: each takes the next task when it is free.
  const waiting = tasks.entries();
  async function lane(): Promise<void> {
    for (const [index, task] of waiting) {
      if (failures.length > 0) return;
      try {
        results[index] = await task();
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
