import { StatusDot } from '#app/_components/badge.tsx';
import { RelativeTime } from '#app/_components/time.tsx';
import type { DeliveryWords } from '../_data/delivery-words.ts';

/** Who was told, and what became of each mail. @param toldNobody say so when there is none */
export function Deliveries({ deliveries, toldNobody }: { deliveries: readonly DeliveryWords[]; toldNobody: boolean }) {
  if (deliveries.length === 0) return toldNobody ? <p className="mt-2 text-sm text-warn">Nobody was told: no owner or admin had a confirmed address.</p> : null;
  return (
    <ul className="mt-2 flex flex-col gap-1" aria-label="Who was told">
      {deliveries.map((delivery) => (
        <li key={delivery.id} data-delivery={delivery.recipient}>
          <div className="flex flex-wrap items-baseline gap-x-2">
            <StatusDot tone={delivery.tone} pulse={delivery.moving}>
              <span className="break-all">{delivery.recipient}</span>
            </StatusDot>
            <span className="text-sm text-ink-3">
              {delivery.ending ? 'that it is over: ' : ''}
              {delivery.word}
              {delivery.at && delivery.atIs === 'sent' ? (
                <>
                  {' '}
                  <RelativeTime at={delivery.at} />
                </>
              ) : null}
              {delivery.at && delivery.atIs === 'next' ? (
                <>
                  , next try <RelativeTime at={delivery.at} />
                </>
              ) : null}
            </span>
          </div>
          {delivery.reason ? <p className="pl-4 text-sm text-ink-2">{delivery.reason}</p> : null}
        </li>
      ))}
    </ul>
  );
}
