import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { load } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';
import { makeTable, printRules } from '../support/rules.mjs';

export const title = 'plan without changes, 200 namespaces of 50 rules, both families';

const CORES = 2;
const LOOP =
  'for name; do nsenter "--net=/run/netns/$name" sh -c "iptables-nft-save >/dev/null; ip6tables-nft-save >/dev/null"; done';

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
  const { loop, fw } = await medians(rounds(7), async () => ({ loop: await timeLoop(names), fw: timeFw(plan).ms }));
  for (const name of names) write(`state/${name}/ipv6.rules`, printRules(mapRules(ipv6, respell)));
  const { respelt } = await medians(rounds(3), async () => ({ respelt: timeFw(plan).ms }));
  const by = `1.5 x a shell loop of the saves on ${CORES} cores (${Math.round(loop)} ms)`;
  return [
    { what: 'wall', measured: fw, limit: 1.5 * loop, unit: 'ms', by },
    { what: 'wall, IPv6 spelt otherwise', measured: respelt, unit: 'ms', by: 'no bar' },
  ];
}

function mapRules(table, map) {
  return new Map([...table].map(([chain, rules]) => [chain, rules.map(map)]));
}

function toIpv6(text) {
  // No group is zero, so there is one way to write the address.
  const group = (byte) => (Number(byte) + 1).toString(16);
  return text.replace(
    /10\.(\d+)\.(\d+)\.(\d+)\/32/,
    (_, one, two, three) => `2001:db8:1:2:3:${group(one)}:${group(two)}:${group(three)}/128`,
  );
}

function respell(text) {
  return text.replace('2001:db8:', '2001:0db8:');
}

async function timeLoop(names) {
  const started = performance.now();
  const lanes = Array.from({ length: CORES }, (_, lane) => names.filter((_, index) => index % CORES === lane));
  const ends = lanes.map((lane) => once(spawn('sh', ['-euc', LOOP, 'sh', ...lane], { stdio: 'ignore' }), 'exit'));
  for (const [status] of await Promise.all(ends)) if (status !== 0) throw new Error(`the loop ended with ${status}`);
  return performance.now() - started;
}
