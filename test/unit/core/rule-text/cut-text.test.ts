import { describe, expect, test } from 'vitest';
import { findCutText } from '../../../../src/core/rule-text/cut-text.ts';

describe('findCutText', () => {
  test.each([
    ['--comment', 255, 255],
    ['--com', 255, 255],
    ['--log-prefix', 29, 29],
    ['--log-p', 29, 29],
    ['--nflog-prefix', 127, 63],
  ] as const)('finds a text of %s that iptables would cut', (option, nft, legacy) => {
    for (const [backend, kept] of [
      ['nft', nft],
      ['legacy', legacy],
    ] as const) {
      const rule = (bytes: number) => `-p tcp ${option} "${'x'.repeat(bytes - 1)} " -j LOG`;
      expect(findCutText(rule(kept), backend)).toBeUndefined();
      expect(findCutText(rule(kept + 1), backend)).toMatchObject({ bytes: kept + 1, kept });
      expect(findCutText(`-j LOG ${option}=${'x'.repeat(kept + 1)}`, backend)).toMatchObject({ kept });
    }
  });

  test('counts bytes, not characters', () => {
    expect(findCutText(`-m comment --comment ${'é'.repeat(127)}`, 'nft')).toBeUndefined();
    expect(findCutText(`-m comment --comment ${'é'.repeat(128)}`, 'nft')).toMatchObject({ bytes: 256, kept: 255 });
  });
});
