import type { PlanReport } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { nameList } from '../text/name-list.ts';
import { countedLines, REFUSED_TITLE, unknownLines } from './connections-text.ts';

/** What a plan means for running connections, piece by piece, for formats that list what there is to see. */
export type ConnectionItem = {
  readonly title: string;
  readonly lines: readonly string[];
  /** Whether connections are refused, or are to be ended. */
  readonly isGrave: boolean;
  /** What it is about, whatever was counted. */
  readonly about: readonly string[];
  /** Where the state says it. */
  readonly origin?: string;
};

export function connectionItems(report: Pick<PlanReport, 'counted' | 'connections'>): readonly ConnectionItem[] {
  const { counted = [] } = report;
  return [
    ...counted.flatMap((one): readonly ConnectionItem[] => {
      const lines = countedLines(one).map((line) => line.trim());
      if (lines.length === 0) return [];
      const isGrave = one.found.kind === 'counted' && one.found.refused.length > 0;
      return [{ title: REFUSED_TITLE, lines, isGrave, about: [namespaceLabel(one.namespace), one.family] }];
    }),
    ...unknownLines(counted).map((line) => ({
      title: REFUSED_TITLE,
      lines: [line.trim()],
      isGrave: false,
      about: ['not counted'],
    })),
    ...(report.connections ?? []).map(({ origin }, at) => ({
      title: 'An apply ends running connections',
      lines: endingTexts(report).slice(at, at + 1),
      isGrave: true,
      about: [origin],
      origin,
    })),
  ];
}

/** What an apply of a plan does to running connections, as the state says it. */
export function endingTexts({ connections = [] }: Pick<PlanReport, 'connections'>): readonly string[] {
  return connections.map(
    ({ namespaces, origin }) =>
      `Once it is kept, running connections that it refuses are ended in ${nameList(namespaces.map(namespaceLabel))} (${origin}).`,
  );
}
