import { compileSet } from '../../../../src/core/sets/compile-set.ts';
import { linesOf } from '../../../../src/core/sets/ipset/lines.ts';
import type { SetPair, SetStep } from '../../../../src/core/sets/ipset/types.ts';
import { named } from '../sample-plan.ts';

const INET = 'hash:net family inet maxelem 65536';

type Sample = { readonly namespace: string; readonly declared: string; readonly added: readonly string[] } & (
  | { readonly change: 'create' }
  | { readonly change: 'update' | 'destroy' | 'replace'; readonly removed: readonly string[] }
);

/** The step for one set, as a plan has it. */
export function setStep(sample: Sample, origin?: string): SetStep {
  const { namespace, declared, change, added } = sample;
  const removed = sample.change === 'create' ? [] : sample.removed;
  const name = change === 'destroy' ? declared : `fw-${declared}`;
  const live = { name, header: INET, references: 1, entries: linesOf(['10.0.0.0/8', ...removed]), passing: [] };
  const desired = {
    declared,
    header: change === 'replace' ? `${INET} counters comment` : INET,
    isManaged: true,
    added,
    removed,
    kept: change === 'create' ? [] : [0],
  };
  const pair: SetPair = {
    name,
    ...(change === 'create' ? {} : { live }),
    ...(change === 'destroy' ? {} : { desired }),
  };
  const step = compileSet(named(namespace), pair, origin);
  if (step === undefined) throw new Error('the sample changes nothing');
  return step;
}

/** Every kind of change. */
export function sampleSets(): readonly SetStep[] {
  const many = Array.from({ length: 120 }, (_, at) => `203.0.113.${at}`);
  return [
    setStep({ namespace: 'blue', declared: 'blocked', change: 'create', added: many }, 'state/sets.yaml:3'),
    setStep(
      { namespace: 'blue', declared: 'mgmt', change: 'update', added: ['192.0.2.0/24'], removed: ['198.51.100.7'] },
      'state/sets.yaml:9',
    ),
    setStep({ namespace: 'blue', declared: 'noted', change: 'replace', added: [], removed: [] }, 'state/sets.yaml:12'),
    setStep({ namespace: 'red', declared: 'fw-old', change: 'destroy', added: [], removed: ['10.1.0.0/16'] }),
  ];
}

/** Sets whose names, entries and comments say something else than they should. */
export function hostileSets(text: string): readonly SetStep[] {
  const noted = `10.0.0.0/8 comment "${text}"`;
  const change = { namespace: text, declared: text, added: [text, noted] };
  return [
    setStep({ ...change, change: 'create' }, `state/${text}.yaml:5`),
    setStep({ ...change, change: 'update', removed: [noted, text] }, `${text}:7`),
    setStep({ ...change, change: 'destroy', removed: [noted, text] }),
  ];
}
