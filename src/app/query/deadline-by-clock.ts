/** The clock of the boot and the wall clock drift apart by less than this while an apply waits, unless somebody sets one. */
const DRIFT_MS = 2_000;

/**
 * When an apply that waits goes back, by the wall clock as it is now. Only the time that is left decides; the moment that was written down is untrue once that clock was
 * set.
 */
export function deadlineByClock(written: string, milliseconds: number, { now }: { readonly now: Date }): string {
  const due = now.getTime() + milliseconds;
  return Math.abs(due - Date.parse(written)) < DRIFT_MS ? written : new Date(due).toISOString();
}
