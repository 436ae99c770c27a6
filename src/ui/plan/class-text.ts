import type { JudgedChange, PlanClass } from '../../core/approval/types.ts';
import { type Page, withRemarks } from '../text/page.ts';

const MEANING = {
  'no-effect': 'no packet is treated otherwise than before, proved',
  closes: 'it only closes, which can cut a service off',
  opens: 'it only opens',
  any: 'not proven to be less',
} as const;

/** How far a plan reaches, in a line, with the first change that makes it so. */
export function printClass(page: Page, found: PlanClass): readonly string[] {
  const line = `Class ${found.class}: ${MEANING[found.class]}.`;
  const [first] = found.over;
  const more = Object.values(found.counts).reduce((sum, count) => sum + count, -1);
  const remarks =
    first === undefined ? [] : [page.clean(`${changeText(first)}${more > 0 ? `, and ${more} more` : ''}`)];
  return withRemarks(page, { plain: line, painted: line }, remarks, 2);
}

/** One change and what it does. */
export function changeText({ address, why }: JudgedChange): string {
  return `${address}: ${why}`;
}
