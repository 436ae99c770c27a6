// Holds fw to its bars: each file in bars/ measures one against the bare tools, in the same run. Needs root and a built dist/.
//   node test/bench/run.mjs [--only NAME]... [--rounds N] [--write]
// Prints a table; exit code 1 when a bar is missed. --write puts the table into README.md beside this file.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withBench } from './support/bench.mjs';
import { printTable } from './support/table.mjs';
import { writeReadme } from './support/write-readme.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const known = readdirSync(new URL('bars', import.meta.url)).map((file) => file.replace('.mjs', ''));
const unknown = values.only.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`no bar is called ${unknown}; there are ${known.join(', ')}`);
const names = values.only.length > 0 ? values.only : known;
const rounds = (usual) => Number(values.rounds ?? usual);

const rows = [];
for (const name of names) {
  const bar = await import(`./bars/${name}.mjs`);
  process.stderr.write(`${name}: ${bar.title}\n`);
  for (const row of await withBench((bench) => bar.run({ ...bench, rounds })))
    rows.push({ name, title: bar.title, ...row });
}
process.stdout.write(printTable(rows));
if (values.write) writeReadme(rows);
process.exitCode = rows.some(({ measured, limit }) => measured > limit) ? 1 : 0;
