/** What the figures were measured on: kinds and sizes, never a name. */
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

export function machine(): string {
  const model = cpus()[0]?.model.trim() || 'processor unknown';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.versions.node}`;
}
