import { build } from 'esbuild';
import { medians } from '../support/measure.mjs';
import { rule } from '../support/rules.mjs';

export const title = 'diff inside the process, one chain';

const SOURCE = new URL('../../../src/core/diff/diff-table.ts', import.meta.url).pathname;

export async function run({ folder, rounds }) {
  const outfile = `${folder}/diff-table.mjs`;
  await build({ entryPoints: [SOURCE], outfile, bundle: true, format: 'esm', platform: 'node' });
  const { diffTable } = await import(outfile);
  const before = Array.from({ length: 5000 }, (_, number) => rule(number));
  const neighbours = before.map((text, at) => (at >= 2000 && at < 3000 ? rule(at + 100_000) : text));
  const time = (after) => {
    const tables = [before, after].map((texts) => ({
      name: 'filter',
      chains: [{ name: 'INPUT', policy: 'ACCEPT', rules: texts.map((text) => ({ text })) }],
    }));
    const started = performance.now();
    diffTable('filter', ...tables);
    return performance.now() - started;
  };
  const found = await medians(rounds(15), () => ({
    neighbours: time(neighbours),
    reversed: time(before.toReversed()),
  }));
  return [
    { what: '1,000 neighbours of 5,000 rules changed', measured: found.neighbours, limit: 50, unit: 'ms', by: 'fixed' },
    { what: '5,000 rules reversed', measured: found.reversed, limit: 200, unit: 'ms', by: 'fixed' },
  ];
}
