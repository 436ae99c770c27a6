import { availableParallelism } from 'node:os';
import type { Ran, SaveRequest } from '../../ports.ts';
import { type BatchItem, runBatch } from './batch.ts';
import { enter } from './enter.ts';
import { run } from './exec.ts';
import { saveProgram } from './programs.ts';

/** `iptables-save --counters` for every request, in the order of the requests, on all cores. */
export async function save(requests: readonly SaveRequest[]): Promise<readonly Ran[]> {
  const results: Ran[] = new Array(requests.length);
  const indices = requests.map((_, index) => index);
  const direct = indices.filter((index) => requests[index]?.namespace.kind === 'host');
  const named = indices.filter((index) => requests[index]?.namespace.kind === 'named');
  const lanes = Math.max(1, Math.min(availableParallelism(), named.length));
  await Promise.all([
    ...direct.map((index) => saveOne(requests, index, results)),
    ...Array.from({ length: lanes }, (_, lane) =>
      saveLane(
        requests,
        named.filter((_, position) => position % lanes === lane),
        results,
      ),
    ),
  ]);
  return results;
}

/** Works through one share of the requests; the one that a batch stopped at is run again by itself for its own exit code and words. */
async function saveLane(requests: readonly SaveRequest[], share: readonly number[], results: Ran[]): Promise<void> {
  let rest = share;
  while (rest.length > 0) {
    const done = await runBatch(rest.map((index) => batchItem(requests[index])));
    for (const [position, result] of done.entries()) {
      const index = rest[position];
      if (index !== undefined) results[index] = { exitCode: 0, ...result };
    }
    const failed = rest[done.length];
    if (failed !== undefined) await saveOne(requests, failed, results);
    rest = rest.slice(done.length + 1);
  }
}

async function saveOne(requests: readonly SaveRequest[], index: number, results: Ran[]): Promise<void> {
  const request = requests[index];
  if (request === undefined) return;
  const [file, args] = enter(request.namespace, saveProgram(request.backend, request.family), ['--counters']);
  results[index] = await run(file, args);
}

function batchItem(request: SaveRequest | undefined): BatchItem {
  if (request?.namespace.kind !== 'named') throw new Error('only named namespaces go through a batch');
  return {
    namespace: request.namespace.name,
    words: [saveProgram(request.backend, request.family), '--counters'],
  };
}
