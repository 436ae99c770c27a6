import type { OriginRun } from './types.ts';

/** The last number of an origin, as of `edge.yaml:12` and of `edge.yaml:12 (nat.yaml:7)`. One that would be printed otherwise is none. */
const LAST_NUMBER = /^(.*?)(0|[1-9][0-9]{0,8})([^0-9]*)$/s;

/** Origins as runs: what `listOrigins` makes of them are these origins again. */
export function packOrigins(origins: readonly (string | undefined)[]): readonly OriginRun[] {
  const runs: OriginRun[] = [];
  for (let at = 0; at < origins.length; ) {
    const run = runFrom(origins, at);
    runs.push(run);
    at += run[0];
  }
  return runs;
}

export function listOrigins(runs: readonly OriginRun[]): readonly (string | undefined)[] {
  return runs.flatMap(([count, first, step]) =>
    Array.from({ length: count }, (_, index) =>
      first === undefined || step === undefined ? first : nextOrigin(first, step * index),
    ),
  );
}

function runFrom(origins: readonly (string | undefined)[], from: number): OriginRun {
  const [first, second] = [origins[from], origins[from + 1]];
  const lengthOf = (isNext: (origin: string | undefined, index: number) => boolean) => {
    let count = 1;
    while (from + count < origins.length && isNext(origins[from + count], count)) count += 1;
    return count;
  };
  if (first === undefined) return [lengthOf((origin) => origin === undefined)];
  const step = second === undefined || second === first ? 0 : stepBetween(first, second);
  if (step === 0) return [lengthOf((origin) => origin === first), first];
  return [lengthOf((origin, index) => origin === nextOrigin(first, step * index)), first, step];
}

function stepBetween(first: string, second: string): number {
  const [number, next] = [LAST_NUMBER.exec(first)?.[2], LAST_NUMBER.exec(second)?.[2]];
  const step = number === undefined || next === undefined ? 0 : Number(next) - Number(number);
  return nextOrigin(first, step) === second ? step : 0;
}

function nextOrigin(origin: string, more: number): string {
  const [, head, number, tail] = LAST_NUMBER.exec(origin) ?? [];
  return number === undefined ? origin : `${head}${Number(number) + more}${tail}`;
}
