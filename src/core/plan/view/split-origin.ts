import type { Source } from './placed.ts';

/** `file:line` as two values. Null for what is no place, such as a missing one. */
export function splitOrigin(origin: string | undefined): Source | null {
  const [, file, line] = /^(.+?):([1-9]\d{0,9})(?: \([^()]+:\d+\))?$/s.exec(origin ?? '') ?? [];
  return file === undefined || line === undefined ? null : { file, start: { line: Number(line) } };
}
