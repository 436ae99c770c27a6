import type { Progress } from '../../core/plan/progress.ts';
import { stepLabel } from '../../core/plan/progress.ts';

type Phase = Extract<Progress, { kind: 'phase' }>['phase'];

/** What a run is doing, as far as its reports tell. */
type ProgressState = {
  readonly doing: string;
  readonly total: number;
  readonly done: number;
  /** The step under way, as people read it. */
  readonly step?: string;
};

const PHASES: Readonly<Record<Phase, string>> = {
  read: 'Reading live rules',
  normalise: 'Asking the kernel how it spells the rules',
  plan: 'Planning',
  rehearse: 'Rehearsing on a copy',
  recheck: 'Making sure that live rules are still the same',
  apply: 'Applying',
  verify: 'Verifying',
  check: 'Running the checks',
};

export const IDLE: ProgressState = { doing: 'Starting', total: 0, done: 0 };

export function nextProgress(state: ProgressState, progress: Progress): ProgressState {
  switch (progress.kind) {
    case 'phase':
      return { doing: PHASES[progress.phase], total: 0, done: 0 };
    case 'steps':
      return { doing: state.doing, total: progress.total, done: 0 };
    case 'step.start':
      return { ...state, step: stepLabel(progress.step) };
    case 'rollback.start':
      return { doing: 'Rolling back', total: progress.total, done: 0 };
    case 'step.done':
    case 'step.failed':
    case 'rollback.done':
    case 'rollback.failed':
      return { ...state, done: state.done + 1, step: stepLabel(progress.step) };
    default:
      return progress satisfies never;
  }
}

/** `Applying  3/14  blue ipv4 filter`. Not cleaned. */
export function progressText({ doing, total, done, step }: ProgressState): string {
  return [doing, ...(total > 0 ? [`${done}/${total}`] : []), ...(step === undefined ? [] : [step])].join('  ');
}
