import { describe, expect, it } from 'vitest';
import { deliveryWords } from '#app/(dashboard)/alerts/_data/delivery-words.ts';
import { testStatus } from '#app/(dashboard)/alerts/_data/test-status.ts';
import type { DeliveryRow } from '#lib/alerts/read-alerts.ts';
import { MAIL_CODES, MAIL_SENTENCES } from '#lib/email/codes.ts';
import { alertRow, AT, deliveryRow } from './rows.ts';

const STATES: DeliveryRow['state'][] = ['pending', 'sending', 'sent', 'failed', 'uncertain', 'dead'];

describe('what became of a mail', () => {
  it('has its own words in every state, and only two of them change by themselves', () => {
    const words = STATES.map((state) => deliveryWords(deliveryRow({ state, code: null })));
    expect(new Set(words.map(({ word }) => word)).size).toBe(STATES.length);
    expect(words.filter(({ moving }) => moving).map(({ word }) => word)).toEqual(['waiting to be sent', 'being sent']);
  });

  it.each(MAIL_CODES)('says why after %s', (code) => {
    expect(deliveryWords(deliveryRow({ state: 'failed', code })).reason).toBe(MAIL_SENTENCES[code]);
    expect(deliveryWords(deliveryRow({ state: 'dead', code })).reason).toContain(MAIL_SENTENCES[code]);
  });

  it('says when a failed one is tried again, how often it was tried, and that an uncertain one is not', () => {
    expect(deliveryWords(deliveryRow({ state: 'failed', code: 'mail_unreachable', attempts: 3 }))).toMatchObject({ word: 'not sent yet, 3 tries', atIs: 'next', at: AT });
    expect(deliveryWords(deliveryRow({ state: 'uncertain', code: 'mail_no_answer' })).reason).toContain('It is not sent again, so that nobody gets it twice.');
  });

  it('never says "sent" of what was not, nor gives a reason for what was', () => {
    for (const state of STATES.filter((each) => each !== 'sent')) expect(deliveryWords(deliveryRow({ state, code: 'mail_refused' })).tone).not.toBe('good');
    // A code of an earlier try stays in the row.
    expect(deliveryWords(deliveryRow({ code: 'mail_busy' })).reason).toBeNull();
  });

  it('does not hide a code that this version has no words for', () => {
    expect(deliveryWords(deliveryRow({ state: 'dead', code: 'mail_of_the_future' })).reason).toContain('mail_of_the_future');
  });

  it('tells a mail about the end from one about the beginning', () => {
    expect(deliveryWords(deliveryRow({ template: 'alert_resolved' })).ending).toBe(true);
    expect(deliveryWords(deliveryRow()).ending).toBe(false);
  });
});

describe('how far a test has come', () => {
  const now = new Date('2026-11-18T10:02:20Z');
  const request = (state: 'waiting' | 'running' | 'done' | 'failed', created = '2026-11-18T10:02:15Z') => ({ id: 'r1', state, code: null, created_at: created });
  const event = alertRow({ id: 'e1', kind: 'test', threshold: 'r1' });

  it('moves from the worker to the mail', () => {
    expect(testStatus(null, [], [], now)).toBeNull();
    expect(testStatus(request('waiting'), [], [], now)).toMatchObject({ moving: true, sentence: 'Waiting for the worker …' });
    expect(testStatus(request('running'), [], [], now)).toMatchObject({ moving: true, sentence: 'The worker prepares the mail …' });
    expect(testStatus(request('done'), [event], [deliveryRow({ state: 'pending' })], now)).toMatchObject({ moving: true, sentence: 'To ann@example.test: waiting to be sent.' });
    expect(testStatus(request('done'), [event], [deliveryRow()], now)).toMatchObject({ moving: false, tone: 'good', sentence: 'To ann@example.test: sent.' });
  });

  it('says that the worker may be down, that nobody could be told, and why a mail failed', () => {
    expect(testStatus(request('waiting', '2026-11-18T10:01:00Z'), [], [], now)).toMatchObject({ tone: 'warn', moving: true });
    expect(testStatus(request('done'), [], [], now)).toMatchObject({ tone: 'warn', moving: false });
    expect(testStatus(request('done'), [event], [deliveryRow({ state: 'failed', code: 'mail_not_configured' })], now)?.sentence).toContain(MAIL_SENTENCES.mail_not_configured);
    expect(testStatus(request('failed'), [], [], now)).toMatchObject({ tone: 'bad', moving: false });
  });

  it('is no news any more after a quarter of an hour', () => {
    expect(testStatus(request('done', '2026-11-18T09:47:00Z'), [event], [deliveryRow()], now)).toBeNull();
  });
});
