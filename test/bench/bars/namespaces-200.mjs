import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { load } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';
import { makeTable, printRules } from '../support/rules.mjs';

export const title = 'plan without changes, 200 namespaces of 50 rules, both families';

const CORES = 2;
const LOOP =
  'for name; do nsenter "--net=/run/netns/$name" sh -c "iptables-nft-save >/dev/null; ip6tables-nft-save >/dev/null"; done';

export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const ipv4 = makeTable(25, 5);
  const ipv6 = new Map([...ipv4].map(([chain, rules]) => [chain, rules.map(toIpv6)]));
  const names = Array.from({ length: 200 }, (_, index) => makeNamespace(String(index).padStart(3, '0')));
  for (const name of names) {
    load(name, printRules(ipv4));
    load(name, printRules(ipv6), 'ipv6');
    write(`state/${name}/ipv4.rules`, printRules(ipv4));
    write(`state/${name}/ipv6.rules`, printRules(ipv6));
  }
  const { loop, fw } = await medians(rounds(5), async () => ({
    loop: await timeLoop(names),
    fw: timeFw(['plan', '--state', `${folder}/state`, '--data-dir', dataDir]).ms,
  }));
  const by = `1.5 x a shell loop of the saves on ${CORES} cores (${Math.round(loop)} ms)`;
  return [{ what: 'wall', measured: fw, limit: 1.5 * loop, unit: 'ms', by }];
}

function toIpv6(text) {
  return text.replace(/10\.(\d+)\.(\d+)\.(\d+)\/32/, (_, one, two, three) => `2001:db8::${one}:${two}:${three}/128`);
}

async function timeLoop(names) {
  const started = performance.now();
  const lanes = Array.from({ length: CORES }, (_, lane) => names.filter((_, index) => index % CORES === lane));
  const ends = lanes.map((lane) => once(spawn('sh', ['-euc', LOOP, 'sh', ...lane], { stdio: 'ignore' }), 'exit'));
  for (const [status] of await Promise.all(ends)) if (status !== 0) throw new Error(`the loop ended with ${status}`);
  return performance.now() - started;
}
