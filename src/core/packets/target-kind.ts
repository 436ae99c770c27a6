import { type TargetKind, targetRow } from '../extensions/targets.ts';
import type { Target } from '../rule-text/split-rule.ts';

export type { TargetKind } from '../extensions/targets.ts';

/** Everything that sends the packet elsewhere (DNAT, REDIRECT, NFQUEUE, ...) or takes it from conntrack is unknown. */
export function targetKind({ name, options }: Target): TargetKind {
  if (name === 'CT' && options.some((option) => option === '--notrack' || option.startsWith('--zone')))
    return 'unknown';
  return targetRow(name).does ?? 'unknown';
}
