import { expect, test } from 'vitest';
import { keptGenerations } from '../../../../src/app/generations/kept-generations.ts';
import { listWentBack } from '../../../../src/app/generations/list-history.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import type { Generation, NumberedGeneration } from '../../../../src/core/generation/types.ts';
import type { WentBack } from '../../../../src/core/journal/went-back.ts';
import type { GenerationStore, Ports } from '../../../../src/ports/ports.ts';

/** A store of which another run removes a generation after its number was listed. */
function pruned(gone: number, error: Error): Pick<Ports, 'generations'> {
  const read = async (number: number): Promise<NumberedGeneration> => {
    if (number === gone) throw error;
    return { number, generation: { journal: `${number}` } as Generation };
  };
  return { generations: { numbers: async () => [1, 2, 3], read } as unknown as GenerationStore };
}

async function numbersOf(ports: Pick<Ports, 'generations'>, from?: 'newest') {
  const found: number[] = [];
  for await (const { number } of keptGenerations(ports, from)) found.push(number);
  return found;
}

test('a generation that goes while a command reads is left out, and any other fault is not', async () => {
  const missing = new FwError('generation.missing', 'generation 1 is not kept any more');
  expect(await numbersOf(pruned(1, missing))).toEqual([2, 3]);
  expect(await numbersOf(pruned(1, missing), 'newest')).toEqual([3, 2]);
  const damaged = new FwError('generation.unreadable', 'generation 1 is damaged');
  await expect(numbersOf(pruned(1, damaged))).rejects.toBe(damaged);
});

test('an apply that went back is told also where another run files it in the same moment', async () => {
  const record = { journal: '20260101T000000000Z-1', at: '2026-01-01T00:00:00.000Z', why: 'died' } as WentBack;
  let isFiled = false;
  const ports = {
    wentBack: { list: async () => (isFiled ? [record] : []) },
    journal: { fateOf: async () => ({ kind: 'ended', outcome: 'rolled-back', at: record.at, why: 'died' }) },
    generations: {
      numbers: async () => [],
      prepared: async () => (isFiled ? [] : [record.journal]),
      readPrepared: async () => {
        isFiled = true;
        throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      },
    },
  } as unknown as Ports;
  expect(await listWentBack(ports)).toEqual([record]);
});
