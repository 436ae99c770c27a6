// Holds fw to its bars: each file in bars/ measures one against the bare tools, in the same run. Needs root and a built dist/.
//   node test/bench/run.mjs [--only NAME]... [--rounds N] [--write] [--node shipped|own|PATH] [--data FOLDER]
//   node test/bench/run.mjs --list
// Prints a table, and on standard error how long each bar took; exit code 1 when a bar is missed. --write puts the table into README.md beside this file. --node is the
// Node that runs fw: the one that the packages bring unless another is named. Namespaces apart, everything is in a new folder below --data (/var/tmp), which should be on a real disk.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withBench } from './support/bench.mjs';
import { chooseNode } from './support/runtime.mjs';
import { printTable } from './support/table.mjs';
import { writeReadme } from './support/write-readme.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    write: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    node: { type: 'string', default: 'shipped' },
    data: { type: 'string', default: '/var/tmp' },
  },
});
const known = readdirSync(new URL('bars', import.meta.url)).map((file) => file.replace('.mjs', ''));
const unknown = values.only.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`no bar is called ${unknown}; there are ${known.join(', ')}`);
const names = values.only.length > 0 ? values.only : known;
const rounds = (usual) => Number(values.rounds ?? usual);

const bars = await Promise.all(names.map(async (name) => ({ name, ...(await import(`./bars/${name}.mjs`)) })));
if (values.list) {
  for (const { name, title } of bars) process.stdout.write(`${name.padEnd(24)} ${title}\n`);
  process.exit(0);
}
process.env.FWB_NODE = chooseNode(values.node);

const rows = [];
for (const { name, title, run } of bars) {
  process.stderr.write(`${name}: ${title}\n`);
  const started = performance.now();
  for (const row of await withBench(values.data, (bench) => run({ ...bench, rounds })))
    rows.push({ name, title, ...row });
  process.stderr.write(`  ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
process.stdout.write(printTable(rows));
if (values.write) writeReadme(rows);
process.exitCode = rows.some(({ measured, limit }) => measured > limit) ? 1 : 0;
