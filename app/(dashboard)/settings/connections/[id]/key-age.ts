/** When a key should be replaced: before it ends, or because it is old. */
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const OLD_DAYS = 180;

export interface KeyAge {
  title: string;
  sentence: string;
  urgent: boolean;
}

/** `less than a day ago`, `1 day ago`, `40 days ago`: a key's age is counted in days, not in "last month". */
export function ageInDays(setAt: string, now: Date): string {
  const days = Math.max(0, Math.floor((now.getTime() - new Date(setAt).getTime()) / DAY_MS));
  return days === 0 ? 'less than a day ago' : days === 1 ? '1 day ago' : `${days} days ago`;
}

/** null while there is nothing to say. */
export function keyAge({ key_set_at: setAt, key_expires_at: expiresAt }: { key_set_at: string | null; key_expires_at: string | null }, now: Date): KeyAge | null {
  if (setAt === null) return null;
  if (expiresAt !== null) {
    const left = Math.floor((new Date(expiresAt).getTime() - now.getTime()) / DAY_MS);
    if (left < 0) return { title: 'This key has expired', sentence: 'Create a new one at the provider and replace it here.', urgent: true };
    if (left < SOON_DAYS) return { title: left === 0 ? 'This key expires within a day' : `This key expires in ${left} ${left === 1 ? 'day' : 'days'}`, sentence: 'Replace it before then, and nothing is missed.', urgent: true };
    return { title: `This key expires in ${left} days`, sentence: 'The provider ends it then.', urgent: false };
  }
  const days = Math.floor((now.getTime() - new Date(setAt).getTime()) / DAY_MS);
  if (days < OLD_DAYS) return null;
  return { title: `This key is ${days} days old`, sentence: 'Keys are best replaced every three to six months.', urgent: false };
}
