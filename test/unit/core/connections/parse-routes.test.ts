import { expect, test } from 'vitest';
import { parseRoutes } from '../../../../src/core/connections/parse-routes.ts';
import { UNKNOWN_LINK } from '../../../../src/core/packets/types/condition.ts';

const USUAL = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32766, src: 'all', table: 'main' },
  { priority: 32767, src: 'all', table: 'default' },
];
const ROUTES = [
  { dst: '10.1.0.2', dev: 'lan', prefsrc: '10.1.0.1' },
  { type: 'local', dst: '10.1.0.1', dev: 'lo' },
  { type: 'unreachable', dst: '10.9.0.1', dev: 'lo' },
];

const read = (...rules: readonly object[]) =>
  parseRoutes([JSON.stringify(rules), ...ROUTES.map((route) => JSON.stringify([route]))].join('\n'));

const WITHOUT_INTERFACE = new Map<string, unknown>([
  ['10.1.0.2', { output: UNKNOWN_LINK }],
  ['10.1.0.1', 'local'],
]);

test('routes say this host, an interface, or nothing', () => {
  const whole = new Map<string, unknown>([
    ['10.1.0.2', { output: 'lan' }],
    ['10.1.0.1', 'local'],
  ]);
  expect(read(...USUAL)).toEqual(whole);
  // A kernel without policy routing refuses to show its rules.
  expect(parseRoutes(ROUTES.map((route) => JSON.stringify([route])).join('\n'))).toEqual(whole);
  expect(parseRoutes('RTNETLINK answers\n[{"dst":4}]\n{}\n[7]\n')).toEqual(new Map());
});

test.each([
  [{ priority: 100, src: '10.1.0.1', table: '7' }],
  [{ priority: 100, src: 'all', fwmark: '0x3', table: '7' }],
  [{ priority: 100, src: 'all', iif: 'wan', table: '7' }],
  [{ priority: 100, src: 'all', table: 'main', suppress_prefixlen: 0 }],
  [{ priority: 100, src: 'all', table: '7' }],
])('a rule of policy routing takes the interfaces away: %j', (rule) => {
  const [first = {}, ...others] = USUAL;
  expect(read(first, rule, ...others)).toEqual(WITHOUT_INTERFACE);
});

test('nothing is told where VRFs are, or the table of local addresses is not asked first', () => {
  const [first = {}, ...others] = USUAL;
  expect(read(first, { priority: 1000, src: 'all', l3mdev: null }, ...others)).toEqual(new Map());
  expect(read({ priority: 0, src: 'all', fwmark: '0x3', table: '7' }, ...USUAL)).toEqual(new Map());
});
