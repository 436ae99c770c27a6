import { describe, expect, test } from 'vitest';
import { readRefusal } from '../../../../src/core/normal-form/refusal.ts';

/** Standard error of the four programs of iptables 1.8.9, as they print it. */
const SAID: readonly [name: string, stderr: string, said: string, line: number | undefined][] = [
  [
    'nft, a parse error',
    'iptables-nft-restore v1.8.9 (nf_tables): unknown reject type "x"\nError occurred at line: 7\n' +
      "Try `iptables-nft-restore -h' or 'iptables-nft-restore --help' for more information.\n",
    'unknown reject type "x"',
    7,
  ],
  [
    'legacy, a parse error with an empty line in it',
    "ip6tables-restore v1.8.9 (legacy): Can't use -o with INPUT\n\nError occurred at line: 2\n" +
      "Try `ip6tables-restore -h' or 'ip6tables-restore --help' for more information.\n",
    "Can't use -o with INPUT",
    2,
  ],
  [
    'nft, a refusal by the kernel',
    'ip6tables-nft-restore v1.8.9 (nf_tables): \nline 12: RULE_APPEND failed (Invalid argument): rule in chain INPUT\n',
    'RULE_APPEND failed (Invalid argument): rule in chain INPUT',
    12,
  ],
  ['legacy, a refusal by the kernel', 'iptables-restore: line 3 failed\n', 'the kernel gave no reason', 3],
  [
    'a module that is missing',
    'Warning: Extension LED revision 0 not supported, missing kernel module?\niptables-restore: line 3 failed\n',
    'Warning: Extension LED revision 0 not supported, missing kernel module?',
    3,
  ],
  ['nothing at all', '', 'the kernel gave no reason', undefined],
];

describe('the output of iptables-restore', () => {
  test.each(SAID)('%s', (_, stderr, said, line) => {
    expect(readRefusal(stderr)).toEqual(line === undefined ? { output: said } : { output: said, line });
  });
});
