/** What `fw recover`, and an apply that recovers first, say of an apply that was brought back. */
export function recoveredLines(run: {
  readonly id: string;
  readonly operator: string;
  readonly isUndone: boolean;
  readonly notes: readonly string[];
}): readonly string[] {
  const what = `The apply ${run.id} of ${run.operator} had not ended.`;
  return [
    run.isUndone
      ? `${what} It is rolled back and verified.`
      : `${what} The machine was booted since, so nothing of it is live; its journal is closed. fw rollback --to last loads what was kept.`,
    ...run.notes.map((note) => `  ${note}`),
  ];
}
