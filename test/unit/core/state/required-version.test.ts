import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../../../src/core/state/parse-document.ts';
import { checkRequiredVersion } from '../../../../src/core/state/schema/required-version.ts';

function isMet(required: string, running: string): boolean {
  return checkRequiredVersion({ value: required, span: { file: 'a.yaml', start: 0, end: 1 } }, running).length === 0;
}

describe('requires', () => {
  test.each([
    ['0.2', '0.2.0', true],
    ['0.2', '0.10.0', true],
    ['0.10', '0.2.0', false],
    ['>= 0.2.1', '0.2.0', false],
    ['>=0.2.1', '0.2.1-rc.1', true],
    ['1', '0.9.9', false],
    ['1', '1.0.0', true],
    ['0.2.1', '1.0.0', true],
  ])('%s is met by %s: %s', (required, running, expected) => {
    expect(isMet(required, running)).toBe(expected);
  });

  test('names the version that is needed and the one that runs', () => {
    const [found] = checkRequiredVersion({ value: '>= 0.2', span: { file: 'a.yaml', start: 0, end: 1 } }, '0.1.0');
    expect(found).toMatchObject({
      code: 'state.version',
      message: 'This state needs fw 0.2 or newer, and this is fw 0.1.0',
    });
  });

  test.each(['0.10', '">= 0.2"', '0.2.1'])('is written %s, with the zeros that stand there', (text) => {
    expect(parseDocument({ path: 'a.yaml', text: `requires: ${text}\ntables: {}\n` }).diagnostics).toEqual([]);
  });

  test.each(['"< 2"', 'latest', '1.2.3.4'])('is not %s', (text) => {
    const { diagnostics } = parseDocument({ path: 'a.yaml', text: `requires: ${text}\ntables: {}\n` });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: 'state.value' });
  });
});
