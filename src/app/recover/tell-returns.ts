import { FwError } from '../../core/diagnostics/errors.ts';

type Returned = { readonly id: string; readonly operator: string; readonly isUndone: boolean };

/**
 * The error of a run that brought earlier applies back before it failed: live rules are not what they were when it began. `left` is an apply that it
 * could not bring back.
 */
export function tellReturns(error: unknown, rolledBack: readonly Returned[], left?: string): unknown {
  const returned = rolledBack.filter(({ isUndone }) => isUndone);
  if (!(error instanceof FwError) || returned.length === 0) return error;
  const { code, message, firewall, next, diagnostics, sources, cause, output = '' } = error;
  const lines = [
    ...returned.map(
      ({ id, operator }) => `The apply ${id} of ${operator} had not ended. It is rolled back and verified.`,
    ),
    ...(left === undefined ? [] : [`The apply ${left} is not.`]),
    ...(firewall === 'unchanged' && left === undefined ? ['Nothing else was changed.'] : []),
  ];
  return new FwError(code, message, {
    firewall:
      firewall !== 'unchanged'
        ? firewall
        : left === undefined
          ? 'rolled back and verified'
          : 'in part rolled back and verified',
    next,
    diagnostics,
    sources,
    cause,
    output: [output, ...lines].filter((line) => line !== '').join('\n'),
  });
}
