/** Rows of alerts and their mails as the database gives them, made up for tests of the pure parts. */
import type { AlertRow, DeliveryRow } from '#lib/alerts/read-alerts.ts';

export const AT = '2026-11-18 10:02:11.123456+00';

export function alertRow(over: Partial<AlertRow> = {}): AlertRow {
  return {
    id: 'e1', kind: 'budget', rule: 'b1', scope: 'organization', threshold: 'actual:bp:10000', period_start: '2026-11-01 00:00:00+00', episode: 0, state: 'open', message: true, on_connect: false,
    budget_id: 'b1', budget_name: 'Anthropic', connection_id: null, connection_label: null, amount: '4120.11', budget_amount: '4000', currency: 'USD', facts: {}, raised_at: AT, ended_at: null, ...over,
  };
}

export function deliveryRow(over: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    id: 'm1', event_id: 'e1', template: 'budget_alert', channel: 'email', recipient: 'ann@example.test', state: 'sent', code: null, attempts: 1, next_attempt_at: AT, created_at: AT, sent_at: AT, ...over,
  };
}
