import { describe, expect, it } from 'vitest';
import { refusalOf } from '#lib/refusal.ts';

describe('refusalOf', () => {
  it.each([
    [{ code: 'KM001', message: 'not_found' }, 'not_found'],
    [{ code: 'KM001', message: 'PostgresError: too_many_requests' }, 'too_many_requests'],
    [{ code: 'KM002', message: 'audit_is_append_only' }, 'audit_is_append_only'],
    [{ code: '23505', message: 'duplicate key value violates unique constraint' }, null],
    [{ code: '42501', message: 'permission denied' }, null],
    [{ code: 'KM001', message: 'Something else entirely' }, null],
    [null, null],
  ])('%j is %j', (error, code) => {
    expect(refusalOf(error)).toBe(code);
  });
});
