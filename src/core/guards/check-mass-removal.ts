import { listSome } from '../ownership/list-some.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { TableStep } from '../plan/types.ts';
import { splitRule } from '../rule-text/split-rule.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { hasTimeout } from '../sets/ipset/parse-header.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { removedFrom } from './removed-rules.ts';
import { setFamilies } from './set-families.ts';
import type { Evidence, Guard } from './types.ts';

/** In a set of fewer entries, half of them is an everyday edit. */
const SMALLEST_SET = 4;

export const massRemoval: Guard<'FWG03', '--allow-mass-removal'> = {
  id: 'FWG03',
  flag: '--allow-mass-removal',
  summary: 'Go on although more than half of a chain or a set is removed.',
  sarif: 'More than half of a chain or a set is removed',
  closedWhen:
    'more than half of a chain with four rules or more is removed, or of a set with four entries or more; or the last entry of a set that a rule needs to accept packets',
  shows: 'how many of how many, the first ones, and the rules',
  // An emptied table loses more than half of each chain; one question about it is enough.
  unless: 'FWG01',
  check: ({ steps, sets, standing }) => [
    ...checkMassRemoval(steps),
    ...checkSetRemoval(sets, [...steps.map(tableAfter), ...standing]),
  ],
};

/** In a chain of fewer rules, half of them is an everyday edit. */
const SMALLEST = 4;

/** FWG03: more than half of the rules of a chain are removed. Rules of others in the chain count among those it has. */
function checkMassRemoval(steps: readonly TableStep[]): readonly Evidence[] {
  return steps.flatMap((step) => {
    const sizes = new Map(step.before?.chains.map((chain) => [chain.name, chain.rules.length]));
    return step.chains.flatMap((change): Evidence[] => {
      const size = sizes.get(change.name) ?? 0;
      const rules = removedFrom(change);
      if (size < SMALLEST || rules.length * 2 <= size) return [];
      const { namespace, family, table } = step;
      return [
        {
          title: 'more than half of the chain is removed',
          namespace,
          families: [family],
          table,
          chain: change.name,
          evidence: [
            `${family}: ${rules.length} of ${size} rules are removed`,
            ...listSome(
              rules.map((rule) => `rule ${rule.position}: ${rule.text}`),
              'more rules',
            ),
          ],
        },
      ];
    });
  });
}

function tableAfter({ namespace, family, after }: TableStep): StandingTable {
  return { namespace, family, table: after };
}

/**
 * FWG03 for sets: more than half of the entries of a set are removed, or the last ones of a set that a rule needs to accept anything.
 * `tables` are those that name changed sets, as they will be. A set that goes as a whole has no rule any more.
 */
function checkSetRemoval(steps: readonly SetStep[], tables: readonly StandingTable[]): readonly Evidence[] {
  return steps.flatMap((step): Evidence[] => {
    const { namespace, set, change, removed, counts, examples, headers } = step;
    if ((change !== 'update' && change !== 'replace') || removed === 0) return [];
    const isEmptied = counts.after === 0 && !hasTimeout(headers.after ?? '');
    const accepts = isEmptied ? acceptsBy(step, tables) : [];
    const isMost = counts.before >= SMALLEST_SET && removed * 2 > counts.before;
    if (accepts.length === 0 && !isMost) return [];
    const title =
      accepts.length > 0
        ? 'a set that a rule needs to accept packets is emptied'
        : 'more than half of the entries of a set are removed';
    return [
      {
        title,
        namespace,
        families: setFamilies(step),
        set,
        evidence: [
          `${removed} of ${counts.before} entries are removed`,
          ...examples.removed,
          ...(removed > examples.removed.length ? [`and ${removed - examples.removed.length} more`] : []),
          ...listSome(accepts, 'more rules'),
        ],
      },
    ];
  });
}

/** Rules that accept what is in the set. One that asks for what is not in it accepts more when the set is empty. */
function acceptsBy({ namespace, set }: SetStep, tables: readonly StandingTable[]): readonly string[] {
  const label = namespaceLabel(namespace);
  const own = tables.filter((one) => namespaceLabel(one.namespace) === label);
  const found = own.flatMap(({ table }) =>
    table.chains.flatMap(({ name, rules }) =>
      rules.flatMap(({ text }, at) =>
        isAccept(text, set) ? [`${table.name} ${name} rule ${at + 1} accepts nothing any more: ${text}`] : [],
      ),
    ),
  );
  return [...new Set(found)];
}

function isAccept(text: string, set: string): boolean {
  if (!text.includes(set)) return false;
  const rule = splitRule(text);
  if (rule?.target?.name !== 'ACCEPT') return false;
  return rule.matches.some(({ option, negated, values }) => option === '--match-set' && !negated && values[0] === set);
}
