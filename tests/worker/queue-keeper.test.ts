import { describe, expect, it } from 'vitest';
import type { JobQueue, JobQueueOptions } from '#lib/jobs/queue.ts';
import { QueueError } from '#lib/jobs/queue-error.ts';
import { createLogger } from '#lib/log.ts';
import { keepQueue } from '#worker/queue-keeper.ts';

const log = createLogger({ level: 'silent', name: 'test' });

class FakeQueue implements JobQueue {
  quiet = 0;
  active = 0;
  refuses = false;
  offers = 0;
  closed = false;
  async offer(): Promise<void> {
    if (this.refuses) throw new QueueError('queue_refused');
    this.offers += 1;
  }
  quietMs(): number {
    return this.quiet;
  }
  running(): number {
    return this.active;
  }
  async clean(): Promise<void> {}
  async drain(): Promise<void> {}
  async close(): Promise<void> {
    this.closed = true;
  }
}

function keeper(queues: (FakeQueue | Error)[]) {
  const ending = new AbortController();
  const open = async () => {
    const next = queues.shift();
    if (!next || next instanceof Error) throw next ?? new Error('no more queues');
    return next;
  };
  return { ending, keeper: keepQueue({ job: {} as JobQueueOptions, log, ending: ending.signal, open }) };
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('the keeper of the queue', () => {
  it('refuses offers until there is a queue, which it opens as soon as the server answers', async () => {
    const queue = new FakeQueue();
    const { keeper: kept } = keeper([new Error('not yet'), queue]);
    await expect(kept.offer([])).rejects.toMatchObject({ code: 'queue_not_ready' });
    expect(kept.healthy).toBe(false);
    await expect.poll(() => kept.healthy, { timeout: 5_000 }).toBe(true);
    await kept.offer([]);
    expect(queue.offers).toBe(1);
  });

  it('is not healthy while the queue refuses, and is again when it takes the next offer', async () => {
    const queue = new FakeQueue();
    const { keeper: kept } = keeper([queue]);
    await soon();
    queue.refuses = true;
    await expect(kept.offer([])).rejects.toMatchObject({ code: 'queue_refused' });
    expect(kept.healthy).toBe(false);
    queue.refuses = false;
    await kept.beat();
    expect(kept.healthy).toBe(true);
  });

  it('builds a queue anew that takes everything and gives nothing back', async () => {
    const [silent, next] = [new FakeQueue(), new FakeQueue()];
    const { keeper: kept } = keeper([silent, next]);
    await soon();
    silent.quiet = 200_000;
    await kept.beat();
    expect(silent.closed).toBe(true);
    expect(kept.healthy).toBe(true);
    await kept.offer([]);
    expect(next.offers).toBe(1);
  });

  it('leaves a queue alone that is silent because its jobs run, or because its server is away', async () => {
    for (const reason of ['active', 'refuses'] as const) {
      const queue = new FakeQueue();
      const { keeper: kept } = keeper([queue]);
      await soon();
      queue.quiet = 200_000;
      if (reason === 'active') queue.active = 1;
      else queue.refuses = true;
      await kept.beat();
      expect(queue.closed).toBe(false);
    }
  });

  it('stops waiting for a server when the worker ends', async () => {
    const { ending, keeper: kept } = keeper([new Error('never'), new Error('never'), new Error('never')]);
    ending.abort(new Error('ending'));
    await kept.drain();
    await kept.close();
    expect(kept.healthy).toBe(false);
  });
});
