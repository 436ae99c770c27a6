import { load } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';
import { makeTable, printRules, printYaml } from '../support/rules.mjs';

export const title = 'plan without changes, 10,000 rules in 200 chains, YAML documents';

export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const table = makeTable(10_000, 200);
  const name = makeNamespace('yaml');
  load(name, printRules(table));
  write(`as-rules/${name}/ipv4.rules`, printRules(table));
  write('as-yaml/rules.yaml', printYaml(table, name));
  const plan = (state) => timeFw(['plan', '--state', `${folder}/${state}`, '--data-dir', dataDir]).ms;
  const { rules, yaml } = await medians(rounds(9), () => ({ rules: plan('as-rules'), yaml: plan('as-yaml') }));
  const by = `as a .rules file (${Math.round(rules)} ms) + 400`;
  return [{ what: 'wall', measured: yaml, limit: rules + 400, unit: 'ms', by }];
}
