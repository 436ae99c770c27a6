import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seal, unseal } from '../../../../src/core/seal/seal.ts';
import { jsonText } from '../../../../src/core/text/json-text.ts';

test('escapes what a terminal or a log would obey: DEL, C1, bidi overrides, zero width, tags, line separators', () => {
  expect(jsonText({ a: '\u007f\u0080\u009b31m\u009f\u202e\u200b\u2028\u2029\u{e0001}\u001b' })).toBe(
    '{"a":"\\u007f\\u0080\\u009b31m\\u009f\\u202e\\u200b\\u2028\\u2029\\udb40\\udc01\\u001b"}',
  );
});

test('leaves letters of every script and emoji as they are', () => {
  expect(jsonText({ Größe: 'naïve 漢字 🙂 \u00a0' })).toBe('{"Größe":"naïve 漢字 🙂 \u00a0"}');
});

test('is the same value to a parser, and has nothing that is obeyed', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = jsonText({ value });
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ value })));
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    { seed: 20261124, numRuns: 300 },
  );
});

test('a sealed file keeps its digest', () => {
  const content = { format_version: '1.0', kind: 'plan', text: '\u009b\u202e' };
  expect(seal(content)).not.toContain('\u009b');
  expect(unseal('x', seal(content), 'plan')).toMatchObject(content);
});
