import { load } from '../support/bench.mjs';
import { timeFw } from '../support/measure.mjs';
import { changeTable, makeTable, printRules, printYaml } from '../support/rules.mjs';

export const title =
  'peak memory of fw: 100,000 rules in 500 chains, as YAML and as .rules, first plan and apply of ten changes';

const MOST = { plan: 300, apply: 300, 'plan with traffic': 500 };

export async function run({ makeNamespace, write, folder }) {
  const table = makeTable(100_000, 500);
  const changed = changeTable(table, 10);
  const name = makeNamespace('memory');
  load(name, printRules(table));
  write(`as-rules/${name}/ipv4.rules`, printRules(changed));
  write('as-yaml/rules.yaml', printYaml(changed, name));
  const rows = [];
  for (const form of ['rules', 'yaml']) {
    const flags = ['--state', `${folder}/as-${form}`, '--data-dir', `${folder}/data-${form}`];
    const quiet = [...flags, '--traffic', 'none'];
    const apply = ['apply', '--auto-approve', '--allow-foreign-removal', '--allow-exposure', ...quiet];
    for (const [what, words] of [
      ['plan', ['plan', ...quiet]],
      ['plan with traffic', ['plan', ...flags]],
      ['apply', apply],
    ])
      rows.push({ what: `${what}, ${form}`, measured: timeFw(words).mb, limit: MOST[what], unit: 'MB', by: 'fixed' });
    load(name, printRules(table));
  }
  return rows;
}
