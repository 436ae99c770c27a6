import { expect, test } from 'vitest';
import { checkGuards } from '../../../../src/core/guards/check-guards.ts';
import { unprovenFlows } from '../../../../src/core/traffic/unproven-flows.ts';
import { type Edit, guardedPlan, liveOf } from '../../../support/guarded-plan.ts';

const STATEFUL = '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';
const OPEN = '-A INPUT -s 203.0.113.0/24 -p tcp -m tcp --dport 9100 -j ACCEPT';
const FLOW = {
  namespaces: [{ kind: 'host' }],
  path: 'INPUT',
  flow: 'tcp 203.0.113.0/24 -> port 9100 ipv4',
  origin: 'a.yaml:3',
} as const;

test.each<[name: string, edit: Edit, evidence: RegExp | undefined]>([
  ['a rule for all of it', { before: '', after: `:INPUT DROP\n${STATEFUL}\n${OPEN}` }, undefined],
  [
    'half of its network',
    { before: '', after: `:INPUT DROP\n${STATEFUL}\n${OPEN.replace('/24', '/25')}` },
    /ipv4 new connections: drop by filter INPUT policy DROP/,
  ],
  [
    'a limit',
    { before: '', after: `:INPUT DROP\n${STATEFUL}\n${OPEN.replace('-j', '-m limit --limit 3/min -j')}` },
    /new connections: drop by filter INPUT policy DROP/,
  ],
  [
    'running connections',
    { before: '', after: `-A INPUT -m conntrack --ctstate ESTABLISHED -j DROP` },
    /running connections: drop by filter INPUT rule 1/,
  ],
  ['the answers', { before: '', after: ':OUTPUT DROP' }, /its answers: drop by filter OUTPUT policy DROP/],
  ['the other family', { family: 'ipv6', before: '', after: ':INPUT DROP' }, undefined],
])('FWG02 and a flow that must stay reachable: %s', (_, edit, evidence) => {
  const plan = guardedPlan([edit]);
  const unproven = unprovenFlows(plan, liveOf([edit]), [FLOW], 200_000);
  const findings = checkGuards(plan, { emptyDesired: [], unproven }).filter(({ id }) => id === 'FWG02');
  if (evidence === undefined) expect(findings).toEqual([]);
  else expect(findings[0]?.evidence.join('\n')).toMatch(evidence);
  if (edit.family === 'ipv6') return;
  // What cannot be judged is closed.
  expect(unprovenFlows(plan, liveOf([edit]), [FLOW], 1)).toHaveLength(1);
  expect(unprovenFlows(plan, [], [FLOW])).toHaveLength(1);
});
