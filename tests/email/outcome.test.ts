import { describe, expect, it } from 'vitest';
import { MAIL_CODES, MAIL_SENTENCES } from '#lib/email/codes.ts';
import { outcomeOfFailure, outcomeOfRefusal } from '#lib/email/outcome.ts';
import { HttpError } from '#lib/http-error.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const refusal = (status: number, name: string, headers: Record<string, string> = {}) => outcomeOfRefusal({ status, name, headers }, NOW);

describe('an answer of the mail service', () => {
  it.each([
    [400, 'validation_error', 'dead', 'mail_refused'],
    [400, 'invalid_idempotency_key', 'dead', 'mail_refused'],
    [401, 'missing_api_key', 'retry', 'mail_key_rejected'],
    [401, 'restricted_api_key', 'retry', 'mail_key_rejected'],
    [403, 'invalid_api_key', 'retry', 'mail_key_rejected'],
    [403, 'validation_error', 'retry', 'mail_sender_refused'],
    [404, 'not_found', 'retry', 'mail_endpoint_refused'],
    [405, 'method_not_allowed', 'retry', 'mail_endpoint_refused'],
    [408, 'unknown', 'uncertain', 'mail_no_answer'],
    [409, 'concurrent_idempotent_requests', 'retry', 'mail_busy'],
    [409, 'invalid_idempotent_request', 'uncertain', 'mail_key_reused'],
    [422, 'invalid_from_address', 'retry', 'mail_sender_refused'],
    [422, 'validation_error', 'dead', 'mail_refused'],
    [422, 'missing_required_field', 'dead', 'mail_refused'],
    [429, 'rate_limit_exceeded', 'retry', 'mail_rate_limited'],
    [429, 'daily_quota_exceeded', 'retry', 'mail_quota_exceeded'],
    [429, 'monthly_quota_exceeded', 'retry', 'mail_quota_exceeded'],
    [451, 'security_error', 'dead', 'mail_refused'],
    [500, 'internal_server_error', 'uncertain', 'mail_service_error'],
    [502, 'unknown', 'uncertain', 'mail_service_error'],
    [529, 'unknown', 'uncertain', 'mail_service_error'],
    [0, 'unknown', 'uncertain', 'mail_service_error'],
  ])('%i %s is %s with %s', (status, name, result, code) => {
    expect(refusal(status, name)).toMatchObject({ result, code });
  });

  it('says how long to wait, capped', () => {
    expect(refusal(429, 'rate_limit_exceeded', { 'retry-after': '3' })).toMatchObject({ afterMs: 3000 });
    expect(refusal(503, 'unknown', { 'retry-after': 'Fri, 20 Nov 2026 12:01:00 GMT' })).toMatchObject({ afterMs: 60_000 });
    expect(refusal(429, 'rate_limit_exceeded', { 'retry-after': '1000000000' })).toMatchObject({ afterMs: 15 * 60_000 });
    expect(refusal(429, 'rate_limit_exceeded')).toMatchObject({ afterMs: null });
  });
});

describe('no answer', () => {
  it.each([
    ['unavailable', 'ECONNREFUSED', 'retry', 'mail_unreachable'],
    ['unavailable', 'ENOTFOUND', 'retry', 'mail_unreachable'],
    ['timeout', 'UND_ERR_CONNECT_TIMEOUT', 'retry', 'mail_unreachable'],
    ['unavailable', 'ECONNRESET', 'uncertain', 'mail_no_answer'],
    ['unavailable', 'UND_ERR_SOCKET', 'uncertain', 'mail_no_answer'],
    ['unavailable', 'UNKNOWN', 'uncertain', 'mail_no_answer'],
    ['timeout', 'total deadline', 'uncertain', 'mail_no_answer'],
    ['timeout', 'UND_ERR_HEADERS_TIMEOUT', 'uncertain', 'mail_no_answer'],
    ['bad_answer', 'HPE_INVALID_CONSTANT', 'uncertain', 'mail_bad_answer'],
    ['too_large', 'more than 1 bytes decompressed', 'uncertain', 'mail_bad_answer'],
    ['host_refused', 'not https', 'retry', 'mail_endpoint_refused'],
    ['redirect_refused', 'status 307', 'retry', 'mail_endpoint_refused'],
    ['tls_failed', 'CERT_HAS_EXPIRED', 'retry', 'mail_endpoint_refused'],
  ] as const)('%s %s is %s with %s: what is not known to have stayed here may have arrived', (code, detail, result, mailCode) => {
    expect(outcomeOfFailure(new HttpError(code, detail))).toMatchObject({ result, code: mailCode });
  });

  it('of an unknown kind counts as unknown and keeps its text to itself', () => {
    const outcome = outcomeOfFailure(new TypeError('fetch failed for Bearer re_secret'));
    expect(outcome).toMatchObject({ result: 'uncertain', code: 'mail_no_answer' });
    expect(JSON.stringify(outcome)).not.toContain('re_secret');
  });
});

describe('every code', () => {
  it('has a sentence of its own for the person', () => {
    const sentences = MAIL_CODES.map((code) => MAIL_SENTENCES[code]);
    expect(new Set(sentences).size).toBe(MAIL_CODES.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
