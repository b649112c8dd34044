import { StatusDot, type Tone } from '#app/_components/badge.tsx';
import type { Health, HealthState } from '#lib/connections/health.ts';

const TONES: Readonly<Record<HealthState, Tone>> = {
  verifying: 'info',
  not_connected: 'bad',
  needs_attention: 'bad',
  paused: 'neutral',
  syncing: 'info',
  behind: 'warn',
  struggling: 'warn',
  ok: 'good',
  waiting: 'info',
};
const MOVING: ReadonlySet<HealthState> = new Set(['verifying', 'syncing', 'waiting']);

export function healthTone(health: Health): Tone {
  return TONES[health.state];
}

export function HealthDot({ health }: { health: Health }) {
  return (
    <StatusDot tone={healthTone(health)} pulse={MOVING.has(health.state)}>
      <span className="font-medium">{health.word}</span>
    </StatusDot>
  );
}
