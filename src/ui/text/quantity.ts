/** `1 rule`, `2 rules`; words that do not end in a plain s give their plural. */
export function quantity(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
