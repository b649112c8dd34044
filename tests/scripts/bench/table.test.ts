import { describe, expect, it } from 'vitest';
import { partsOf } from '#scripts/bench/start-parts.ts';
import { figure, table } from '#scripts/bench/table.ts';
import { startProgress } from '#scripts/stack/progress.ts';

describe('a figure', () => {
  it.each([
    [0, '0'],
    [56, '56'],
    [11_384, '11,384'],
    [0.01234, '0.012'],
    [0.4567, '0.457'],
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [123.45, '123'],
    [45_678.9, '45,679'],
    [-2.5, '-2.50'],
  ])('%d reads %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});

describe('a table', () => {
  it('is aligned Markdown, words left and figures right', () => {
    expect(table(['what', 'ms'], [['first', 1.5], ['second one', 1200]])).toBe(
      ['| what       |    ms |', '|------------|------:|', '| first      |  1.50 |', '| second one | 1,200 |'].join('\n'),
    );
  });
});

describe('the parts of a start', () => {
  it('are what the progress lines of a start tell', async () => {
    const lines: string[] = [];
    await startProgress((line) => lines.push(line)).step('Starting PostgreSQL', async () => {});
    expect(lines.flatMap(partsOf)).toEqual([{ name: 'Starting PostgreSQL', seconds: 0 }]);
  });
  it('are nothing in other lines', () => {
    expect(['', '   0.1 s  Starting PostgreSQL ...', '  Keymeter   http://127.0.0.1:3000'].flatMap(partsOf)).toEqual([]);
  });
});
