import { describe, expect, it } from 'vitest';
import { mailAddress, mailSender } from '#lib/email/address.ts';
import { clip, headerText, isHeaderSafe, oneLine, UnsafeText, webLink } from '#lib/email/safe-text.ts';

const INJECTIONS = ['Budget\r\nBcc: evil@example.com', 'Budget\nX: y', 'Budget\rX', 'Budget\0', 'a\u2028b', 'a\u0085b', 'a\u202eb', 'a\ud800b', 'a\tb'];

describe('text for a header', () => {
  it.each(INJECTIONS)('is refused when it holds %j', (text) => {
    expect(isHeaderSafe(text)).toBe(false);
    expect(() => headerText(text, 'the subject')).toThrow(UnsafeText);
  });

  it('is refused without repeating what it held', () => {
    expect(() => headerText('secret-part\r\nX', 'the subject')).toThrow(/^(?!.*secret-part).*the subject/);
  });

  it.each(['Über-Budget 80 % – “ok” 予算 🚀', ''])('is taken as it is: %j', (text) => {
    expect(headerText(text, 'the subject')).toBe(text);
  });
});

describe('a provider’s name in a body', () => {
  it.each(INJECTIONS)('becomes one harmless line: %j', (text) => {
    const line = oneLine(text);
    expect(isHeaderSafe(line)).toBe(true);
    expect(line).not.toBe('');
  });

  it('is cut between characters', () => {
    expect(clip('🚀🚀🚀', 2)).toBe('🚀…');
    expect(oneLine('x'.repeat(200), 80)).toHaveLength(80);
  });
});

describe('a link', () => {
  it('is plain http or https', () => {
    expect(webLink('https://keymeter.example.com/alerts/1')).toBe('https://keymeter.example.com/alerts/1');
    expect(webLink('http://127.0.0.1:4000/alerts')).toBe('http://127.0.0.1:4000/alerts');
  });
  it.each(['javascript:alert(1)', 'data:text/html,x', '/alerts', 'https://user:pass@example.com/', 'https://example.com/\r\nX: y', ''])('is refused as %j', (text) => {
    expect(() => webLink(text)).toThrow(UnsafeText);
  });
});

describe('a mail address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+alerts@Example.COM', 'Ada.Lovelace+alerts@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@localhost', 'ada@localhost'],
  ])('%s is sent to %s', (text, expected) => {
    expect(mailAddress(text)).toBe(expected);
  });

  it.each([
    '', '@example.com', 'ada@', 'ada', 'ada@example.com\r\nBcc: evil@example.com', 'ada@example.com\n', 'a\0da@example.com', 'ada lovelace@example.com',
    '"ada"@example.com', 'ada@example.com,eve@example.com', 'ada@exa mple.com', 'ada@-example.com', '.ada@example.com', 'ada..l@example.com',
    'Ada <ada@example.com>', 'ada@[127.0.0.1]', `${'a'.repeat(65)}@example.com`, `ada@${'a'.repeat(64)}.example`, `ada@${'abcdefghi.'.repeat(26)}example`,
  ])('%j is refused', (text) => {
    expect(mailAddress(text)).toBeNull();
  });

  it('of a sender may carry a name', () => {
    expect(mailSender('Keymeter <alerts@example.com>')).toBe('Keymeter <alerts@example.com>');
    expect(mailSender(' alerts@example.com ')).toBe('alerts@example.com');
    for (const bad of ['Keymeter alerts@example.com', 'Key\r\nmeter <alerts@example.com>', 'A, B <alerts@example.com>', '<alerts@example.com>', 'Keymeter <alerts>', '']) {
      expect(mailSender(bad), bad).toBeNull();
    }
  });
});
