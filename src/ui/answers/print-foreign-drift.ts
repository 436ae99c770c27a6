import { hasChanges } from '../../core/plan/count-changes.ts';
import type { ForeignDrift, TablePlace } from '../../core/report/drift/foreign-drift.ts';
import { type PlanTextOptions, printPlan } from '../plan/plan-text.ts';
import { foreignSentence } from '../plan/totals.ts';
import { cleanText } from '../text/clean-text.ts';
import { localTime } from '../text/local-time.ts';
import { nameList } from '../text/name-list.ts';

/** What others changed, below what drifted: the rows of a plan, since when each table is known, and the tables of which nothing is known. */
export function printForeignDrift(
  { plan, since, unknown }: ForeignDrift,
  facts: Omit<PlanTextOptions, 'title' | 'words'>,
): readonly string[] {
  const words = {
    sentence: foreignSentence,
    changed: ['changed by others', 'changed by others'],
    matching: 'in which others changed nothing',
    none: () => 'Others changed nothing',
  } as const;
  const shown = since.length === 0 ? [] : printPlan(plan, { ...facts, title: { verb: 'Changed by others' }, words });
  const changed = hasChanges(plan) ? since : [];
  return ['', ...shown, ...sinceLines(changed), ...unknownLines(unknown)];
}

function sinceLines(since: ForeignDrift['since']): readonly string[] {
  const byGeneration = new Map(since.map(({ generation, at }) => [generation, at]));
  return [...byGeneration]
    .sort(([one], [other]) => one - other)
    .map(([generation, at]) => {
      const tables = since.filter((one) => one.generation === generation).map(labelOf);
      return cleanText(`Since generation ${generation} was planned, ${localTime(at)}: ${nameList(tables)}.`, true);
    });
}

function unknownLines(unknown: readonly TablePlace[]): readonly string[] {
  if (unknown.length === 0) return [];
  const tables = nameList(unknown.map(labelOf));
  return [cleanText(`Not known, since no apply whose journal is kept has changed it: ${tables}.`, true)];
}

function labelOf({ namespace, family, table }: TablePlace): string {
  return `${namespace} ${family} ${table}`;
}
