/** A bound on what fw reads, makes or waits for. What is beyond is refused with the bound in the message; nothing is cut silently. */
export type Limit = {
  readonly most: number;
  readonly unit: 'bytes' | 'characters' | 'milliseconds' | 'seconds' | 'times' | 'levels' | '';
  /** What is bounded, and why there and not elsewhere: a row of docs/limits.md. */
  readonly of: string;
  readonly why: string;
};

/** One row of a table of bounds. */
export function row(most: number, unit: Limit['unit'], of: string, why: string): Limit {
  return { most, unit, of, why };
}
