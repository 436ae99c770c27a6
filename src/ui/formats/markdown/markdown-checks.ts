import type { PlanReport } from '../../../core/report/types.ts';
import { selectionWords } from '../../../core/selection/selection-words.ts';
import { checkText, headOf, noneRun } from '../../plan/check-text.ts';
import { declaredTexts } from '../../plan/declared-text.ts';
import { quantity } from '../../text/quantity.ts';
import { code, fenced } from './markdown-text.ts';

const FENCE = '```';

/** The part of the state and what is declared. */
export function aboutMarkdown({ selection, declared, state }: PlanReport): readonly string[] {
  const lines = [
    ...(selection === undefined ? [] : [`Only ${code(selectionWords(selection).join(' '))} of the state.`]),
    ...(declared === undefined ? [] : [`Of the state ${code(state)}.`]),
    ...declaredTexts(declared ?? []).map((text) => `Declares in ${code(text)}.`),
  ];
  return lines.length === 0 ? [] : [...lines.flatMap((line) => [line, ''])];
}

/** Every check in full, in a fence; all of them or none. */
export function checkLines(checks: PlanReport['checks'], hasChanges: boolean): readonly string[] {
  if (checks.length === 0) return [];
  if (!hasChanges) return [noneRun(checks.length), ''];
  const texts = checks.map(checkText);
  const lines = texts.flatMap(({ what, terms }) => [fenced(what), `    ${fenced(terms)}`]);
  return [`**${headOf(texts)}**`, '', FENCE, ...lines, FENCE, ''];
}

/** Stands where the checks have no room: then this text is nothing to approve by, and names no approval. */
export function hiddenChecks(count: number): readonly string[] {
  return [
    `> **Do not approve by this comment**: ${quantity(count, 'check')} that run after the apply, as root where they are commands, do not fit into it. ` +
      '`fw show` has them in full.',
    '',
  ];
}
