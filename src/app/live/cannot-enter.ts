import { FwError } from '../../core/diagnostics/errors.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';

/** nsenter, where setns(2) is refused: that asks for CAP_SYS_ADMIN, which a container may have taken from root. */
const REFUSED = /^nsenter: reassociate to namespace .* failed: Operation not permitted$/m;

/** The error for a program that never ran, since its namespace could not be entered; undefined where that was not the reason. */
export function cannotEnter(namespace: Namespace, stderr: string): FwError | undefined {
  if (!REFUSED.test(stderr)) return undefined;
  return new FwError(
    'env.permission',
    `entering the network namespace ${namespaceLabel(namespace)} needs CAP_SYS_ADMIN`,
    { output: stderr.trim() },
  );
}
