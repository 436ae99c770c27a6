import type { Progress, StepName } from '../../plan/progress.ts';
import { stepLabel } from '../../plan/progress.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { setAction } from '../../sets/set-action.ts';
import type { StreamEvent } from './types.ts';

/** The line for a report of a run; undefined for what the stream tells in another way. `seconds` is how long the step at work has taken. */
export function progressEvent(progress: Progress, seconds: number): StreamEvent | undefined {
  switch (progress.kind) {
    case 'phase':
      if (progress.phase === 'verify') {
        const message = 'Reading every changed table back';
        return { type: 'verify', level: 'info', message, fields: { status: 'started', tables: [] } };
      }
      return { type: 'log', level: 'info', message: `Phase: ${progress.phase}`, fields: { phase: progress.phase } };
    case 'steps':
      return undefined;
    case 'step.start':
      return stepEvent('apply_start', 'info', progress.step, 'applying', {});
    case 'step.done':
      return stepEvent('apply_complete', 'info', progress.step, 'applied', { elapsed_seconds: seconds });
    case 'step.failed': {
      const more = { elapsed_seconds: seconds, error: progress.output.trimEnd() };
      return stepEvent('apply_errored', 'error', progress.step, 'failed', more);
    }
    case 'rollback.start': {
      const { total, sets } = progress;
      const tables = total - sets;
      const what = [
        ...(tables > 0 || sets === 0 ? [`${tables} ${tables === 1 ? 'table' : 'tables'}`] : []),
        ...(sets > 0 ? [`${sets} ${sets === 1 ? 'set' : 'sets'}`] : []),
      ].join(' and ');
      const message = `Rolling back ${what}, newest first`;
      return { type: 'rollback_start', level: 'warn', message, fields: { tables, sets } };
    }
    case 'rollback.done':
      return stepEvent('rollback_complete', 'info', progress.step, 'restored', { restored: true });
    case 'rollback.failed':
      return stepEvent('rollback_complete', 'error', progress.step, 'NOT restored', { restored: false });
    default:
      return progress satisfies never;
  }
}

function stepEvent(
  type: StreamEvent['type'],
  level: StreamEvent['level'],
  step: StepName,
  word: string,
  more: Readonly<Record<string, unknown>>,
): StreamEvent {
  const namespace = namespaceLabel(step.namespace);
  const resource =
    'set' in step
      ? { addr: `${namespace}/set/${step.set}`, namespace, set: step.set }
      : { addr: `${namespace}/${step.family}/${step.table}`, namespace, family: step.family, table: step.table };
  return {
    type,
    level,
    message: `${stepLabel(step)}: ${word}`,
    fields: { hook: { resource, action: 'set' in step ? setAction(step) : 'update', ...more } },
  };
}
