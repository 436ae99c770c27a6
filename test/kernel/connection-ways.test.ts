import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { conntrack } from '../../src/adapters/conntrack/conntrack.ts';
import { UNKNOWN_LINK } from '../../src/core/packets/types/condition.ts';
import type { Family } from '../../src/core/rules/types.ts';
import { makeNamespace } from '../support/netns.ts';

test.each<readonly [Family, string, string]>([
  ['ipv4', '10.83.0.1', '10.83.0.2'],
  ['ipv6', 'fd83::1', 'fd83::2'],
])('policy routing takes the interface from the way of a connection, %s', async (family, own, other) => {
  const ns = makeNamespace();
  const version = family === 'ipv4' ? '-4' : '-6';
  const ip = (...words: readonly string[]) => execFileSync('ip', [version, '-n', ns, ...words]);
  ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
  for (const link of ['v0', 'v1']) ip('link', 'set', link, 'up');
  ip('address', 'add', `${own}/${family === 'ipv4' ? 24 : 64}`, 'dev', 'v0', ...(family === 'ipv6' ? ['nodad'] : []));
  const routes = () => conntrack.routes({ namespace: { kind: 'named', name: ns }, family }, [own, other]);
  expect(await routes()).toEqual(
    new Map<string, unknown>([
      [own, 'local'],
      [other, { output: 'v0' }],
    ]),
  );
  ip('rule', 'add', 'from', own, 'lookup', '7');
  expect(await routes()).toEqual(
    new Map<string, unknown>([
      [own, 'local'],
      [other, { output: UNKNOWN_LINK }],
    ]),
  );
});
