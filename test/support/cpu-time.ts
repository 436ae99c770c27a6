/** Milliseconds of processor time that a call takes, which other programs of the machine do not lengthen as they do its wall time. */
export function cpuTime<T>(call: () => T): { readonly result: T; readonly milliseconds: number } {
  const begun = process.cpuUsage();
  const result = call();
  const { user, system } = process.cpuUsage(begun);
  return { result, milliseconds: (user + system) / 1000 };
}
