import type { PlanReport } from '../../core/report/types.ts';
import { selectionWords } from '../../core/selection/selection-words.ts';
import { printChecks } from '../plan/check-text.ts';
import { declaredTexts } from '../plan/declared-text.ts';
import { cleanText } from '../text/clean-text.ts';
import { pageOf } from '../text/page.ts';

/** What a plan is about beside its changes, in plain lines: its part of the state, what it declares, its checks in full. */
export function aboutLines({ plan, checks, selection, declared, state }: PlanReport): readonly string[] {
  const page = pageOf({ width: 100, colour: false, unicode: true });
  return [
    ...(selection === undefined ? [] : [`Only ${cleanText(selectionWords(selection).join(' '), true)} of the state.`]),
    ...(declared === undefined ? [] : [`Of the state ${cleanText(state, true)}.`]),
    ...declaredTexts(declared ?? []).map((text) => `Declares in ${cleanText(text, true)}.`),
    ...printChecks(page, plan, checks).filter((line) => line !== ''),
  ];
}
