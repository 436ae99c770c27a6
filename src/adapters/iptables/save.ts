import type { Ran, SaveRequest } from '../../ports/ports.ts';
import { saveProgram } from '../process/programs.ts';
import { runEverywhere } from '../process/run-everywhere.ts';

/** `iptables-save --counters` for every request, in the order of the requests, on all cores; each answers when its program has ended. */
export function save(requests: readonly SaveRequest[]): readonly Promise<Ran>[] {
  return runEverywhere(
    requests.map(({ namespace, family, backend, table }) => ({
      namespace,
      words: [saveProgram(backend, family), '--counters', ...(table === undefined ? [] : ['--table', table])],
    })),
  );
}
