import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRules, encodeRules } from '../../../../src/adapters/process/rule-bytes.ts';
import { cleanText } from '../../../../src/ui/text/clean-text.ts';

describe('what programs print, as text', () => {
  test('any bytes come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...Buffer.from(encodeRules(decodeRules(bytes)))]).toEqual([...bytes]);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('text in UTF-8 is that text, also beside bytes that are none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeRules(Buffer.from(text))).toBe(text);
        expect(decodeRules(Buffer.concat([Buffer.from(`${text}\n`), Uint8Array.of(0xff)]))).toBe(`${text}\n\udcff`);
        expect(decodeRules(Buffer.concat([Uint8Array.of(0xfc), Buffer.from(text)]))).toBe(`\udcfc${text}`);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('a byte order mark stays, and halves of surrogates in bytes are not taken for characters', () => {
    expect(decodeRules(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
    expect(decodeRules(Uint8Array.of(0xed, 0xb3, 0xbf))).toBe('\udced\udcb3\udcbf');
  });

  test('a terminal never gets such a byte', () => {
    expect(cleanText(decodeRules(Uint8Array.of(0x9b, 0x33)), true)).toBe('\\u{dc9b}3');
  });
});
