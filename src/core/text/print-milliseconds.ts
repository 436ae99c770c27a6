/** `1500ms`, `2s`: as one writes it in a state. */
export function printMilliseconds(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
