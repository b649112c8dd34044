import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesHolding, formsOf, occursIn } from '#tests/support/leak-search.ts';

const MARKER = 'CANARYq8Zr2Lx91TbWm4Kd';

describe('the search for a leaked key', () => {
  it.each([
    ['as it is', `key=sk-admin-${MARKER}!`],
    ['in base64, whatever stands before it', Buffer.from(`sk-admin-demo-${MARKER}-and more`).toString('base64')],
    ['in base64, one byte later', Buffer.from(`xsk-admin-demo-${MARKER}-and more`).toString('base64')],
    ['in base64, two bytes later', Buffer.from(`xysk-admin-demo-${MARKER}-and more`).toString('base64url')],
    ['in hex', Buffer.from(`sk-${MARKER}`).toString('hex')],
    ['in capital hex', Buffer.from(`sk-${MARKER}`).toString('hex').toUpperCase()],
    ['percent-encoded', [...Buffer.from(MARKER)].map((b) => `%${b.toString(16)}`).join('')],
    ['backwards', [...MARKER].reverse().join('')],
  ])('finds it %s', (_how, text) => {
    expect(occursIn(text, formsOf(MARKER))).toBe(true);
  });

  it('finds nothing where nothing is', () => {
    expect(occursIn(Buffer.from('CANARYq8Zr2Lx91TbWm4K'.repeat(1000)).toString('base64'), formsOf('OTHERq8Zr2Lx91TbWm4KdX'))).toBe(false);
  });

  it('finds it across the edge of what is read at once', async () => {
    const folder = await mkdtemp(resolve(tmpdir(), 'keymeter-search-'));
    try {
      const edge = 4 << 20;
      await writeFile(resolve(folder, 'big'), Buffer.concat([Buffer.alloc(edge - 5, 120), Buffer.from(MARKER), Buffer.alloc(100)]));
      await writeFile(resolve(folder, 'clean'), 'nothing');
      expect(await filesHolding(folder, formsOf(MARKER))).toEqual([resolve(folder, 'big')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
