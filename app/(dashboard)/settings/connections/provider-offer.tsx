import { KeyRound } from 'lucide-react';
import { LinkButton } from '#app/_components/button.tsx';
import { providerColour, providerName } from '#app/_components/provider-look.ts';
import type { ProviderName } from '#lib/providers/contract.ts';
import { GUIDES } from './guides.ts';

/** What a provider needs, and the way to connect it. */
export function ProviderOffer({ provider, mayConnect }: { provider: ProviderName; mayConnect: boolean }) {
  const guide = GUIDES[provider];
  const name = providerName(provider);
  return (
    <article className="flex min-w-0 flex-col overflow-hidden rounded-card border border-line bg-surface shadow-card">
      <div className="h-1" style={{ background: providerColour(provider) }} aria-hidden="true" />
      <div className="flex flex-1 flex-col p-5">
        <h3 className="text-base font-semibold">{name}</h3>
        <dl className="mt-3 flex flex-col gap-2 text-sm">
          <div>
            <dt className="text-ink-3">Needs</dt>
            <dd>{guide.needs}</dd>
          </div>
          <div>
            <dt className="text-ink-3">Made by</dt>
            <dd>{guide.maker}</dd>
          </div>
          <div>
            <dt className="text-ink-3">Gives</dt>
            <dd>Cost to the cent, tokens, and the last 90 days at once</dd>
          </div>
        </dl>
        {mayConnect ? (
          <div className="mt-5 flex flex-1 items-end">
            <LinkButton href={`/settings/connections/new/${provider}`} look="secondary">
              <KeyRound aria-hidden="true" />
              Connect {name}
            </LinkButton>
          </div>
        ) : null}
      </div>
    </article>
  );
}
