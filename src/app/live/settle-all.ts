/**
 * What work side by side resolved to. When some of it fails the rest has still come to its end, so that nothing is left behind; throws
 * the first failure in order, which is the same on every run.
 */
export async function allDone<Results extends readonly unknown[]>(
  work: {
    readonly [At in keyof Results]: Promise<Results[At]>;
  },
): Promise<Results> {
  await Promise.allSettled(work);
  return (await Promise.all(work)) as unknown as Results;
}
