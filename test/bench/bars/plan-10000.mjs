import { mkdirSync } from 'node:fs';
import { load, timeSaves } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';
import { makeTable, printRules } from '../support/rules.mjs';

export const title = 'plan without changes, 10,000 rules in 200 chains, .rules file';

export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const text = printRules(makeTable(10_000, 200));
  // A plan makes no data folder, and without one no text is known as proven.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const name = makeNamespace('plan');
  load(name, text);
  write(`state/${name}/ipv4.rules`, text);
  const { saves, fw } = await medians(rounds(9), () => ({
    saves: timeSaves(name),
    fw: timeFw(['plan', '--state', `${folder}/state`, '--data-dir', dataDir]).ms,
  }));
  const by = `2.5 x saves (${ms(saves)}) + 150`;
  return [{ what: 'wall', measured: fw, limit: 2.5 * saves + 150, unit: 'ms', by, bare: saves }];
}

function ms(number) {
  return `${Math.round(number)} ms`;
}
