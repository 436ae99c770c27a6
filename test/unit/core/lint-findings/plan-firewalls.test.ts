import { expect, test } from 'vitest';
import { planFirewalls } from '../../../../src/core/lint-findings/plan-firewalls.ts';
import { guardedPlan } from '../../../support/guarded-plan.ts';

const BLUE = {
  namespace: { kind: 'named', name: 'blue' },
  backend: 'auto',
  owners: [],
  claims: [],
  sets: [],
} as const;

function chainsOf(after: string, before = ''): readonly string[] {
  const plan = guardedPlan([{ namespace: 'blue', before, after }]);
  return planFirewalls(plan, [BLUE], () => 'a.yaml:1').flatMap(({ firewall }) =>
    'unknown' in firewall ? [] : firewall.tables.flatMap(({ chains }) => chains.map(({ name }) => name)),
  );
}

const many = (count: number) => Array.from({ length: count }, (_, at) => `-A big -p ${at % 250} -j DROP`).join('\n');

test('what a plan changes is judged with what it leads to, and nothing else', () => {
  const web = ':web -\n:other -\n-A web -p tcp -j ACCEPT\n-A other -p udp -j DROP';
  expect(chainsOf(`${web}\n-A INPUT -j web`, web)).toEqual(['INPUT', 'web']);
  expect(chainsOf(`${web}\n-A other -j DROP`, web)).toEqual(['other']);
});

test('a chain that is too long is left out, and what leads to it is judged without it', () => {
  expect(chainsOf(`:big -\n-A INPUT -j big\n${many(20)}`)).toEqual(['INPUT', 'big']);
  expect(chainsOf(`:big -\n-A INPUT -j big\n${many(6_000)}`)).toEqual(['INPUT']);
});
