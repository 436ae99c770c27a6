import { expect, test } from 'vitest';
import type { Plan } from '../../../../src/core/plan/types.ts';
import { compileSet } from '../../../../src/core/sets/compile-set.ts';
import { printPlan } from '../../../../src/ui/plan/plan-text.ts';
import { removedText } from '../../../../src/ui/plan/set-text.ts';
import { planSentence, totalsOf } from '../../../../src/ui/plan/totals.ts';

const added = Array.from({ length: 120 }, (_, at) => `203.0.113.${at}`);
const step = compileSet(
  { kind: 'named', name: 'edge' },
  {
    name: 'fw-blocked',
    desired: {
      declared: 'blocked',
      header: 'hash:net family inet maxelem 65536',
      isManaged: true,
      added,
      removed: [],
      kept: [],
    },
  },
  undefined,
);

function sample(): Plan {
  if (step === undefined) throw new Error('no step');
  const namespaces = [{ namespace: step.namespace, backend: 'nft', rules: { ipv4: 0, ipv6: 0 } }] as const;
  return { version: 1, namespaces, steps: [step], foreign: [] };
}

test('a plan of sets alone is no empty plan, on the screen and in its sums', () => {
  const lines = printPlan(sample(), {
    title: { verb: 'fw plan' },
    full: false,
    width: 100,
    wide: true,
    colour: false,
  } as never);
  expect(lines.join('\n')).toContain(
    'set  blocked (hash:net, IPv4)  new set, 120 entries: +203.0.113.0, +203.0.113.1, +203.0.113.2 and',
  );
  expect(lines.join('\n')).not.toContain('No changes');
  expect(planSentence(totalsOf(sample()))).toBe(
    'Plan: 0 to add, 0 to change, 0 to remove, 1 set (+120 -0 entries).  1 namespace to change.',
  );
});

test('a set that goes takes entries with a time along, which no plan counts', () => {
  const headers = { before: 'hash:ip family inet maxelem 65536' };
  expect(removedText({ headers, removed: 1 })).toBe('removed set, 1 entry');
  const timed = { ...headers, before: `${headers.before} timeout 600` };
  expect(removedText({ headers: timed, removed: 0 })).toBe('removed set, 0 entries, and all that have a time');
});
