import type { Progress } from '../../core/plan/progress.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { Page } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';

// Twenty namespaces of both families: beyond it only a count and what fails is kept on the screen.
const MOST_STEPS = 40;

/**
 * What stays on the screen of each step, made from the reports in their order. `now` is a clock in milliseconds.
 * Without `each`, and beyond forty steps, a step that went well leaves no line; failures and the way back always do.
 */
export function stepLines(
  page: Page,
  now: () => number,
  { each }: { readonly each: boolean },
): (progress: Progress) => readonly string[] {
  let total = 0;
  let done = 0;
  let started = now();
  return (progress) => {
    switch (progress.kind) {
      case 'phase':
        return [];
      case 'steps':
        total = progress.total;
        done = 0;
        return [];
      case 'step.start':
        started = now();
        return [];
      case 'step.done': {
        done++;
        const took = Math.max(0, Math.round(now() - started));
        if (each && total <= MOST_STEPS) return [line(page, stepLabel(progress.step), 'good', `ok ${took} ms`)];
        return each && done === total ? [`  ${quantity(total, 'step')} ${page.paint('good', 'ok')}`] : [];
      }
      case 'step.failed':
        return [line(page, stepLabel(progress.step), 'bad', 'failed'), ...output(page, progress.output)];
      case 'rollback.start':
        return [page.paint('attention', `Rolling back ${quantity(progress.total, 'step')}, newest first.`)];
      case 'rollback.done':
        return [line(page, stepLabel(progress.step), 'good', 'restored')];
      case 'rollback.failed':
        return [line(page, stepLabel(progress.step), 'bad', 'NOT restored')];
      default:
        return progress satisfies never;
    }
  };
}

function line(page: Page, step: string, style: 'good' | 'bad', outcome: string): string {
  return `  ${page.clean(step)}  ${page.paint(style, outcome)}`;
}

function output(page: Page, text: string): readonly string[] {
  return text.trimEnd() === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((one) => `    | ${page.clean(one)}`);
}
