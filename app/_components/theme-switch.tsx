'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { startTransition, useActionState, useOptimistic } from 'react';
import type { FormAction } from '#app/_server/action-state.ts';
import { cx } from './class-names.ts';

const CHOICES = [
  { value: 'system', name: 'As the device', icon: Monitor },
  { value: 'light', name: 'Light', icon: Sun },
  { value: 'dark', name: 'Dark', icon: Moon },
] as const;

/** Three buttons of one form: works without script, and the server writes the page in the chosen scheme. */
export function ThemeSwitch({ current, action }: { current: string; action: FormAction<void> }) {
  const [, submit] = useActionState(action, null);
  const [shown, show] = useOptimistic(current);
  return (
    <form
      action={submit}
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget, event.nativeEvent.submitter);
        startTransition(() => {
          const theme = given.get('theme');
          if (typeof theme === 'string') show(theme);
          submit(given);
        });
      }}
    >
      <fieldset className="inline-flex rounded-control border border-line bg-inset p-0.5">
        <legend className="sr-only">Colours</legend>
        {CHOICES.map(({ value, name, icon: Icon }) => (
          <button
            key={value}
            type="submit"
            name="theme"
            value={value}
            aria-pressed={shown === value}
            title={name}
            className={cx('flex size-8 items-center justify-center rounded-[0.375rem] [&_svg]:size-4', shown === value ? 'bg-raised text-ink shadow-card' : 'text-ink-3 hover:text-ink')}
          >
            <Icon aria-hidden="true" />
            <span className="sr-only">{name}</span>
          </button>
        ))}
      </fieldset>
    </form>
  );
}
