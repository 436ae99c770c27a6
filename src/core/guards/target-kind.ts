import { type TargetKind, targetRow } from '../rules/targets.ts';
import type { Target } from './split-rule.ts';

export type { TargetKind } from '../rules/targets.ts';

/** Everything that sends the packet elsewhere (DNAT, REDIRECT, NFQUEUE, ...) or takes it from conntrack is unknown. */
export function targetKind({ name, options }: Target): TargetKind {
  if (name === 'CT' && options.some((option) => option === '--notrack' || option.startsWith('--zone')))
    return 'unknown';
  return targetRow(name).does ?? 'unknown';
}
