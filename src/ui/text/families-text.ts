import type { Family } from '../../core/rules/types.ts';

/** `4`, `6` or `4+6`. */
export function familiesText(families: readonly Family[]): string {
  return families.map((family) => (family === 'ipv4' ? '4' : '6')).join('+');
}
