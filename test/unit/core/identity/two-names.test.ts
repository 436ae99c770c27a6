import { expect, test } from 'vitest';
import { twoNames } from '../../../../src/core/identity/two-names.ts';
import type { NamespaceIdentity } from '../../../../src/core/identity/types.ts';
import type { Namespace } from '../../../../src/core/rules/types.ts';

const host: Namespace = { kind: 'host' };
const named = (name: string): Namespace => ({ kind: 'named', name });

test.each<[string, readonly NamespaceIdentity[], readonly Namespace[] | undefined]>([
  [
    'each is another one',
    [
      { namespace: host, cookie: '1', file: '4:1:9' },
      { namespace: named('a'), cookie: '2', file: '4:2:9' },
    ],
    undefined,
  ],
  [
    'one cookie',
    [
      { namespace: host, cookie: '1' },
      { namespace: named('a'), cookie: '1' },
    ],
    [host, named('a')],
  ],
  [
    'one file, looked at twice',
    [
      { namespace: named('a'), file: '4:7:8' },
      { namespace: named('b'), file: '4:7:9' },
    ],
    [named('a'), named('b')],
  ],
  [
    'one of them has no cookie',
    [
      { namespace: named('a'), cookie: '5', file: '4:7:8' },
      { namespace: named('b'), file: '4:7:8' },
    ],
    [named('a'), named('b')],
  ],
  ['nothing is known', [{ namespace: named('a') }, { namespace: named('b') }], undefined],
])('%s', (_, identities, expected) => {
  expect(twoNames(identities)).toEqual(expected);
});
