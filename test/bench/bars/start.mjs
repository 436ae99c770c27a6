import { load } from '../support/bench.mjs';
import { medians, nodeOfFw, time, timeFw } from '../support/measure.mjs';
import { makeTable, printRules } from '../support/rules.mjs';

export const title = 'start';

const FW = new URL('../../../dist/fw.cjs', import.meta.url).pathname;

export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const text = printRules(makeTable(10, 2));
  const name = makeNamespace('start');
  load(name, text);
  write(`state/${name}/ipv4.rules`, text);
  const { node, version, plan } = await medians(rounds(21), () => ({
    node: time(nodeOfFw(), ['-e', '0']),
    version: time(nodeOfFw(), [FW, '--version']),
    plan: timeFw(['plan', '--state', `${folder}/state`, '--data-dir', dataDir]).ms,
  }));
  const by = `2.5 x node -e 0 (${Math.round(node)} ms)`;
  return [
    { what: 'fw --version', measured: version, limit: 2.5 * node, unit: 'ms', by },
    { what: 'fw plan, 10 rules in one namespace', measured: plan, limit: 400, unit: 'ms', by: 'fixed' },
  ];
}
