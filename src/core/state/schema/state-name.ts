import { LIMITS } from '../../limits.ts';
import type { Pattern } from './shape.ts';

/** The name of a state. Without a slash, so that it is never a path; what a state without a name is called is its full path. */
export const STATE_NAME = {
  source: `[A-Za-z0-9][A-Za-z0-9._-]{0,${LIMITS.stateName.most - 1}}`,
  wants: '1 to 64 letters, digits, dots, underscores and dashes, the first a letter or a digit',
} as const satisfies Pattern;

const WHOLE = new RegExp(`^(?:${STATE_NAME.source})$`);

export function isStateName(text: string): boolean {
  return WHOLE.test(text);
}
