import { load } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';
import { timeSaveLoop, toIpv6 } from '../support/namespaces.mjs';
import { makeTable, printRules } from '../support/rules.mjs';

export const title = 'plan without changes, 200 namespaces of 50 rules, both families';

/** The state is as iptables-save prints it, as in the other bars. In the second row half of it is not, so the kernel is asked for the spelling. */
export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const ipv4 = makeTable(25, 5);
  const ipv6 = mapRules(ipv4, toIpv6);
  const names = Array.from({ length: 200 }, (_, index) => makeNamespace(String(index).padStart(3, '0')));
  for (const name of names) {
    load(name, printRules(ipv4));
    load(name, printRules(ipv6), 'ipv6');
    write(`state/${name}/ipv4.rules`, printRules(ipv4));
    write(`state/${name}/ipv6.rules`, printRules(ipv6));
  }
  const plan = ['plan', '--state', `${folder}/state`, '--data-dir', dataDir];
  const { loop, fw } = await medians(rounds(7), async () => ({ loop: await timeSaveLoop(names), fw: timeFw(plan).ms }));
  for (const name of names) write(`state/${name}/ipv6.rules`, printRules(mapRules(ipv6, respell)));
  const { respelt } = await medians(rounds(3), async () => ({ respelt: timeFw(plan).ms }));
  const by = `1.5 x a shell loop of the saves on every core (${Math.round(loop)} ms)`;
  return [
    { what: 'wall', measured: fw, limit: 1.5 * loop, unit: 'ms', by },
    { what: 'wall, IPv6 spelt otherwise', measured: respelt, unit: 'ms', by: 'no bar' },
  ];
}

function mapRules(table, map) {
  return new Map([...table].map(([chain, rules]) => [chain, rules.map(map)]));
}

function respell(text) {
  return text.replace('2001:db8:', '2001:0db8:');
}
