import { describe, expect, test } from 'vitest';
import { makeCourse, type Round, runRound } from '../support/packets/round.ts';

/** By hand: FW_PACKET_ROUNDS=9 FW_PACKET_SEED=100 sends a million packets through other rulesets (npm run packets). */
const ROUNDS = Number(process.env.FW_PACKET_ROUNDS ?? 0);
const SEED = Number(process.env.FW_PACKET_SEED ?? 1);
const PACKETS = 5_000;

const COURSES = (['nft', 'legacy'] as const).flatMap((backend) =>
  (['INPUT', 'FORWARD', 'OUTPUT'] as const).map((path) => ({ backend, path })),
);

/** Twenty rulesets with changes over backends, paths and families: the first four pairs of backend and path have two of a family. */
function roundsOf(index: number): readonly { readonly family: 'ipv4' | 'ipv6'; readonly seed: number }[] {
  const count = ROUNDS > 0 ? ROUNDS * 2 : index < 4 ? 3 : 4;
  return Array.from({ length: count }, (_, at) => ({
    family: at % 2 === 0 ? 'ipv4' : 'ipv6',
    seed: SEED + index * 1000 + at,
  }));
}

describe.each(COURSES.map((course, index) => ({ ...course, index })))(
  'random packets: $backend $path',
  ({ backend, path, index }) => {
    test(
      'pass and change as the trace and the diagrams say',
      async () => {
        const course = await makeCourse(path, backend);
        const all: Round[] = [];
        for (const { family, seed } of roundsOf(index)) all.push(await runRound(course, family, seed, PACKETS));
        const sum = (count: (round: Round) => number) => all.reduce((total, round) => total + count(round), 0);
        if (ROUNDS > 0) report(`${backend} ${path}`, sum, all.length);
        expect(all.flatMap(({ wrongVerdicts }) => wrongVerdicts).slice(0, 3)).toEqual([]);
        expect(all.flatMap(({ wrongChanges }) => wrongChanges).slice(0, 3)).toEqual([]);
        // Rulesets that let all packets pass, or none, or changes that reach none, would prove nothing.
        expect(sum(({ passed }) => passed)).toBeGreaterThan(sum(({ verdicts }) => verdicts) / 20);
        expect(sum(({ passed }) => passed)).toBeLessThan((sum(({ verdicts }) => verdicts) * 19) / 20);
        expect(sum(({ changed }) => changed)).toBeGreaterThan(0);
      },
      ROUNDS > 0 ? 3_600_000 : undefined,
    );
  },
);

function report(name: string, sum: (count: (round: Round) => number) => number, rounds: number): void {
  const figures = {
    rounds,
    verdicts: sum(({ verdicts }) => verdicts),
    passed: sum(({ passed }) => passed),
    changed: sum(({ changed }) => changed),
    judged: sum(({ judged }) => judged),
    wrongVerdicts: sum(({ wrongVerdicts }) => wrongVerdicts.length),
    wrongChanges: sum(({ wrongChanges }) => wrongChanges.length),
  };
  process.stdout.write(`${name} ${JSON.stringify(figures)}\n`);
}
