import { load, timeSaves } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';
import { changeTable, makeTable, printRules } from '../support/rules.mjs';

export const title = 'plan of 10 changes, 50,000 rules in 500 chains, .rules file';

export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const table = makeTable(50_000, 500);
  const name = makeNamespace('large');
  load(name, printRules(table));
  write(`state/${name}/ipv4.rules`, printRules(changeTable(table, 10)));
  const { saves, fw, mb } = await medians(rounds(5), () => {
    const saves = timeSaves(name);
    const { ms, mb } = timeFw(['plan', '--state', `${folder}/state`, '--data-dir', dataDir]);
    return { saves, fw: ms, mb };
  });
  return [
    {
      what: 'wall',
      measured: fw,
      limit: 1.5 * saves + 400,
      unit: 'ms',
      by: `1.5 x saves (${Math.round(saves)} ms) + 400`,
      bare: saves,
    },
    { what: 'peak memory of fw', measured: mb, limit: 500, unit: 'MB', by: 'fixed' },
  ];
}
