import { describe, expect, it } from 'vitest';
import { openai } from '#lib/providers/openai/adapter.ts';
import { fakeProvider, keyOf, listPage, openaiPage, OPENAI_KEY, type Answer, type Asked } from './fake-provider.ts';

const key = keyOf(OPENAI_KEY);
const now = new Date('2026-11-20T15:30:00Z');
const named = { amount: { value: 0.037, currency: 'usd' }, line_item: null, project_id: null, organization_id: 'org-example', organization_name: 'Example Inc' };

describe('verify', () => {
  const projects = ['proj_a', 'proj_b'].map((id) => ({ id, object: 'organization.project', name: id, created_at: 1, status: 'active' }));
  const whole = (over: (asked: Asked) => Answer | null = () => null) =>
    fakeProvider('openai', (asked) => {
      const other = over(asked);
      if (other) return other;
      if (asked.path === '/organization/projects') return { body: listPage(projects, asked) };
      if (asked.path === '/organization/admin_api_keys') {
        return { body: listPage([{ id: 'key_x', redacted_value: 'sk-admin...XYZW', expires_at: 1800000000 } as { id: string }, { id: 'key_y', redacted_value: 'sk-admin...QQQQ', expires_at: 1700000000 } as { id: string }], asked) };
      }
      return { body: openaiPage(asked, () => [named]) };
    });
  const noScope = { status: 403, body: { error: { message: 'You have insufficient permissions for this operation. Missing scopes: api.management.read.' } } };

  it('names the organisation, its projects and the end of the key, with one call of costs', async () => {
    const { http, asked } = await whole();
    expect(await openai.verify(http, key, now)).toEqual({
      organizationRef: 'org-example',
      organizationName: 'Example Inc',
      projectRefs: ['proj_a', 'proj_b'],
      capabilities: { cost: true, usage: true, names: true },
      keyExpiresAt: new Date(1800000000_000),
      warnings: ['can_manage'],
    });
    expect(asked.map(({ path }) => path)).toEqual(['/organization/costs', '/organization/projects', '/organization/admin_api_keys']);
    expect(asked[0]?.query.getAll('group_by')).toEqual([]);
  });

  it('accepts a key that may read usage only, with one warning', async () => {
    const { http } = await whole(({ path }) => (path === '/organization/costs' ? null : noScope));
    expect(await openai.verify(http, key, now)).toMatchObject({ projectRefs: [], keyExpiresAt: null, capabilities: { cost: true, usage: true, names: false }, warnings: ['names_scope_missing'] });
  });

  it('gives no end when two keys look alike', async () => {
    const { http } = await whole(({ path }) =>
      path === '/organization/admin_api_keys' ? { body: { data: ['a', 'b'].map((id) => ({ id, redacted_value: 'sk-admin...XYZW', expires_at: 1800000000 })), has_more: false } } : null,
    );
    expect((await openai.verify(http, key, now)).keyExpiresAt).toBeNull();
  });

  it.each([
    ['a wrong key', 401, { error: { message: `Incorrect API key provided: ${OPENAI_KEY}.`, type: 'invalid_request_error', code: 'invalid_api_key' } }, 'key_rejected', ''],
    ['a missing scope as 403', 403, { error: { message: 'You have insufficient permissions for this operation. Missing scopes: api.usage.read. Check that' } }, 'key_scope_missing', 'missing scope api.usage.read'],
    ['a missing scope as 401', 401, { error: { message: 'Missing scopes: api.usage.read' } }, 'key_scope_missing', 'missing scope api.usage.read'],
    ['a missing scope as plain text', 403, { error: `Missing scopes: api.usage.read, ${OPENAI_KEY}` }, 'key_scope_missing', 'missing scope api.usage.read'],
    ['403 without words', 403, '', 'key_scope_missing', 'not permitted'],
    ['401 without words', 401, '', 'key_rejected', ''],
    ['a firewall page', 403, '<html>Access denied</html>', 'provider_unavailable', ''],
    ['an outage as 404', 404, { error: { message: 'Not found' } }, 'provider_unavailable', ''],
    ['an unexpected status', 204, '', 'provider_bad_answer', ''],
  ] as const)('tells %s', async (_, status, body, code, detail) => {
    const { http } = await whole(({ path }) => (path === '/organization/costs' ? { status, body } : null));
    const error = await openai.verify(http, key, now).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ProviderError', code, status, detail: expect.stringContaining(detail) });
    expect(JSON.stringify({ ...(error as object), message: (error as Error).message, stack: (error as Error).stack })).not.toContain('canary');
  });

  it.each(['sk-proj-0123456789abcdefghij', 'sk-svcacct-0123456789abcdefghij', 'sk-0123456789abcdefghijklmn', 'sk-ant-admin01-0123456789abcdef', 'sk-ant-api03-0123456789abcdef'])('does not send %s at all', async (text) => {
    const { http, asked } = await whole();
    await expect(openai.verify(http, keyOf(text), now)).rejects.toMatchObject({ code: 'key_wrong_kind' });
    expect(asked).toEqual([]);
  });

  it.each(['short', `sk-admin-${'x'.repeat(300)}`, 'sk-admin-with a space in the middle', 'sk-admin-with\nnewline-0123456789', 'sk-admin-ümlaut-0123456789abc', ''])('does not put %j into a header', async (text) => {
    const { http, asked } = await whole();
    const error = await openai.verify(http, keyOf(text), now).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'key_rejected' });
    if (text) expect(JSON.stringify({ ...(error as object), stack: (error as Error).stack })).not.toContain(text);
    expect(asked).toEqual([]);
  });
});

describe('names', () => {
  it('lists projects with archived ones, their keys, and people, page by page', async () => {
    const projects = Array.from({ length: 150 }, (_, i) => ({ id: `proj_${i}`, name: i === 149 ? null : `Project ${i}`, status: i === 148 ? 'archived' : 'active', archived_at: i === 148 ? 1790000000 : null }));
    const keys = [
      { id: 'key_1', name: 'Backend', redacted_value: 'sk-abc...def' },
      { id: 'key_2', name: '', redacted_value: `sk-proj-${'w'.repeat(40)}` },
    ];
    const { http, asked } = await fakeProvider('openai', (one) => {
      if (one.path === '/organization/projects') return { body: listPage(projects, one) };
      if (one.path === '/organization/projects/proj_0/api_keys') return { body: listPage(keys, one) };
      if (one.path === '/organization/users') return { body: { data: [{ id: 'user_1', name: 'Mira', email: 'm@example.com' }, { id: 'user_2', name: null, user: { email: 'n@example.com' } }], has_more: false } };
      return { body: listPage([], one) };
    });
    const names = await openai.readNames(http, key);
    expect(names.filter(({ kind }) => kind === 'project')).toHaveLength(150);
    expect(names.find(({ ref }) => ref === 'proj_148')).toEqual({ kind: 'project', ref: 'proj_148', name: 'Project 148', hint: null, status: 'archived', projectRef: null });
    expect(names.filter(({ kind }) => kind === 'api_key')).toEqual([
      { kind: 'api_key', ref: 'key_1', name: 'Backend', hint: 'sk-abc...def', status: null, projectRef: 'proj_0' },
      { kind: 'api_key', ref: 'key_2', name: null, hint: null, status: null, projectRef: 'proj_0' },
    ]);
    expect(names.filter(({ kind }) => kind === 'user').map(({ name }) => name)).toEqual(['Mira', 'n@example.com']);
    expect(asked.filter(({ path }) => path === '/organization/projects').map(({ query }) => query.get('after'))).toEqual([null, 'proj_99']);
    expect(asked.every(({ query }) => query.get('include_archived') === 'true' || !query.has('include_archived'))).toBe(true);
  });

  it('leaves out what the scopes do not reach and stops at a rejected key', async () => {
    const refused = await fakeProvider('openai', () => ({ status: 403, body: { error: 'Missing scopes: api.management.read' } }));
    expect(await openai.readNames(refused.http, key)).toEqual([]);
    const rejected = await fakeProvider('openai', () => ({ status: 401, body: { error: { code: 'invalid_api_key', message: 'no' } } }));
    await expect(openai.readNames(rejected.http, key)).rejects.toMatchObject({ code: 'key_rejected' });
  });
});
