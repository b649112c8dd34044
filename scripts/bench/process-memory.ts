/** How much memory a process has and had at most, as the system counts it (resident, shared libraries included). */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KIB_PER_MIB = 1024;
const SAMPLE_MS = 100;

export interface MemoryWatch {
  /** MiB at the start of the watch. */
  readonly before: number;
  /** Ends the watch. @returns MiB at most: the system's own mark where it keeps one (Linux), else the largest sample. */
  peak(): Promise<number>;
}

/** @throws Error when there is no such process. */
export async function watchMemory(pid: number): Promise<MemoryWatch> {
  const before = (await marks(pid)).now;
  let peak = before;
  const look = () => marks(pid).then((mark) => void (peak = Math.max(peak, mark.peak)));
  const timer = setInterval(() => void look().catch(() => {}), SAMPLE_MS);
  return {
    before,
    async peak() {
      clearInterval(timer);
      await look();
      return peak;
    },
  };
}

async function marks(pid: number): Promise<{ now: number; peak: number }> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
    return { now: kib('VmRSS') / KIB_PER_MIB, peak: kib('VmHWM') / KIB_PER_MIB };
  }
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  const now = Number(stdout.trim()) / KIB_PER_MIB;
  return { now, peak: now };
}
