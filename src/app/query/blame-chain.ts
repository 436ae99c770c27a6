import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import { type Blamed, type BlamePlace, blameRules } from '../../core/generation/blame.ts';
import type { Ports } from '../../ports/ports.ts';
import { readForImport } from '../import/read-for-import.ts';

/** The rules of a live chain, each with the apply that brought it. `chain` may be the name as declared: `web` finds `fw-web`. */
export async function blameChain(
  ports: Ports,
  place: BlamePlace,
): Promise<{ readonly place: BlamePlace; readonly rules: readonly Blamed[] }> {
  const [live] = await readForImport(ports, [place.namespace], 'auto');
  const chains = live?.rulesets[place.family].tables.find((table) => table.name === place.table)?.chains ?? [];
  const names = [`fw-${place.chain}`, place.chain];
  const chain = chains.find(({ name }) => name === names[0]) ?? chains.find(({ name }) => name === names[1]);
  if (chain === undefined) {
    const near = nearest(
      place.chain,
      chains.map(({ name }) => name),
    );
    throw new FwError('usage', `${place.namespace} ${place.family} ${place.table} has no chain ${place.chain}`, {
      ...(near === undefined ? {} : { next: `Did you mean ${near}?` }),
    });
  }
  const numbers = await ports.generations.numbers();
  const generations = await Promise.all(numbers.map((number) => ports.generations.read(number)));
  const found = { ...place, chain: chain.name };
  return {
    place: found,
    rules: blameRules(
      found,
      chain.rules.map((rule) => rule.text),
      generations,
    ),
  };
}
