import type { PlanReport } from '../../../core/report/types.ts';
import { endingTexts } from '../../plan/connection-items.ts';
import { REFUSED_TITLE, refusedLines } from '../../plan/connections-text.ts';
import { fenced } from './markdown-text.ts';

const FENCE = '```';

/** Running connections that the plan refuses or ends, in a fence. */
export function connectionsMarkdown(report: Pick<PlanReport, 'counted' | 'connections'>): readonly string[] {
  const lines = [...refusedLines(report.counted ?? []), ...endingTexts(report).map((text) => `  ${text}`)];
  return lines.length === 0 ? [] : [`**${REFUSED_TITLE}**`, '', FENCE, ...lines.map(fenced), FENCE, ''];
}

/** Where they do not fit. */
export function hiddenConnections(report: Pick<PlanReport, 'counted' | 'connections'>): readonly string[] {
  return connectionsMarkdown(report).length === 0
    ? []
    : [`**${REFUSED_TITLE}** do not fit in here: see \`fw show\`.`, ''];
}
