import { ownerOf } from '../ownership/known-programs.ts';
import { listSome } from '../ownership/list-some.ts';
import { ruleKey } from '../plan/rule-key.ts';
import type { TableStep } from '../plan/types.ts';
import { jumpTarget } from '../rule-text/jumps.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { type RemovedRule, removedRules } from './removed-rules.ts';
import { setFamilies } from './set-families.ts';
import { setKey } from './set-key.ts';
import type { Evidence, Guard } from './types.ts';

export const foreignRemoval: Guard<'FWG05', '--allow-foreign-removal'> = {
  id: 'FWG05',
  flag: '--allow-foreign-removal',
  summary: 'Go on although rules or set entries are removed that no applied state declares.',
  sarif: 'Rules or set entries that no applied state declares are removed',
  closedWhen:
    'an exclusive table holds rules that no applied state declares, or a set of that name entries, and they go',
  shows: 'the first five, with the program that is known to name its chains so',
  needsMachine: true,
  check: ({ steps, sets, known, knownSets }) => [
    ...checkForeignRemoval(steps, known),
    ...checkForeignSets(sets, knownSets),
  ],
};

/**
 * FWG05: a step in an exclusive table takes away rules that no applied state declares, whether it removes them or puts others in their place.
 * One declares a rule when the last generation holds it. Rules of a state that was forgotten with its rules kept are of nobody, as those of others are.
 */
function checkForeignRemoval(steps: readonly TableStep[], known: ReadonlySet<string> = new Set()): readonly Evidence[] {
  return steps.flatMap((step): Evidence[] => {
    if (step.ownership.kind === 'shared') return [];
    const { namespace, family, table } = step;
    const gone = [...removedRules(step), ...replacedRules(step)];
    const foreign = gone.filter((rule) => !known.has(ruleKey(step, rule.chain, rule.text)));
    if (foreign.length === 0) return [];
    const chains = new Set(foreign.map((rule) => rule.chain));
    const [first] = chains;
    return [
      {
        title: 'rules that no applied state declares are removed',
        namespace,
        families: [family],
        table,
        ...(chains.size === 1 && first !== undefined ? { chain: first } : {}),
        evidence: [...listSome(foreign.map(describe), 'more rules'), ...ownersLine(foreign)],
      },
    ];
  });
}

function replacedRules(step: TableStep): readonly RemovedRule[] {
  return step.chains.flatMap((chain) =>
    chain.lines.flatMap((line): RemovedRule[] =>
      line.kind === 'change' ? [{ chain: chain.name, position: line.from, text: line.before }] : [],
    ),
  );
}

function describe(rule: RemovedRule): string {
  const owner = ownerOfRule(rule);
  return `${rule.chain} rule ${rule.position}${owner === undefined ? '' : ` (${owner})`}: ${rule.text}`;
}

function ownerOfRule({ chain, text }: RemovedRule): string | undefined {
  return ownerOf(chain) ?? ownerOf(jumpTarget(text)?.chain ?? '');
}

function ownersLine(rules: readonly RemovedRule[]): readonly string[] {
  const owners = new Set(rules.flatMap((rule) => ownerOfRule(rule) ?? []));
  return owners.size === 0
    ? []
    : [
        `rules of ${[...owners].join(', ')} stay when \`keep:\` names their chains; beside a .rules file that is a document with \`ownership: exclusive\` and \`keep:\``,
      ];
}

/**
 * FWG05: a set of an exclusive document takes the name of one that no applied state declares, and entries of that one go. Sets of shared documents
 * have the prefix of their owner and are ours by their name.
 */
function checkForeignSets(steps: readonly SetStep[], known: ReadonlySet<string> = new Set()): readonly Evidence[] {
  return steps.flatMap((step): Evidence[] => {
    const { namespace, set, declared, change, removed, counts, examples } = step;
    const isExclusive = declared === set && (change === 'update' || change === 'replace');
    if (!isExclusive || removed === 0 || known.has(setKey(namespace, set))) return [];
    return [
      {
        title: 'entries of a set that no applied state declares are removed',
        namespace,
        families: setFamilies(step),
        set,
        evidence: [`${removed} of ${counts.before} entries are removed`, ...listSome(examples.removed)],
      },
    ];
  });
}
