import type { JudgedChange, PlanClass } from '../../core/approval/types.ts';
import { type Page, withRemarks } from '../text/page.ts';

const MEANING = {
  additive: 'only additions, which cut nothing off',
  safe: 'nothing is cut off, and nothing that protects goes',
  any: 'not proven to be harmless',
} as const;

/** How far a plan reaches, in a line, with the first change that makes it so. */
export function printClass(page: Page, found: PlanClass): readonly string[] {
  const line = `Class ${found.class}: ${MEANING[found.class]}.`;
  const first = found.over.find((change) => change.class === found.class);
  const more = found.counts[found.class] - 1;
  const remarks =
    first === undefined ? [] : [page.clean(`${changeText(first)}${more > 0 ? `, and ${more} more` : ''}`)];
  return withRemarks(page, { plain: line, painted: line }, remarks, 2);
}

/** One change and why it is in no smaller class. */
export function changeText({ address, why }: JudgedChange): string {
  return why === undefined ? address : `${address}: ${why}`;
}
