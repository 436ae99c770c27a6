import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { load } from './bench.mjs';
import { makeTable, printRules } from './rules.mjs';

const SAVES = 'iptables-nft-save >/dev/null; ip6tables-nft-save >/dev/null';

/** Namespaces of 50 rules, half of them of each family, different in each, and the state that has them. */
export function fillNamespaces({ makeNamespace, write }, count) {
  return Array.from({ length: count }, (_, index) => {
    const name = makeNamespace(String(index).padStart(4, '0'));
    const ipv4 = makeTable(25, 5, index * 25);
    const ipv6 = new Map([...ipv4].map(([chain, rules]) => [chain, rules.map(toIpv6)]));
    for (const [family, table] of [
      ['ipv4', ipv4],
      ['ipv6', ipv6],
    ]) {
      load(name, printRules(table), family);
      write(`state/${name}/${family}.rules`, printRules(table));
    }
    return { name, ipv4 };
  });
}

export function toIpv6(text) {
  // No group is zero, so there is one way to write the address.
  const group = (byte) => (Number(byte) + 1).toString(16);
  return text.replace(
    /10\.(\d+)\.(\d+)\.(\d+)\/32/,
    (_, one, two, three) => `2001:db8:1:2:3:${group(one)}:${group(two)}:${group(three)}/128`,
  );
}

/** A loop of the shell over the saves of all namespaces, on every core. */
export function timeSaveLoop(names) {
  return timeLoop(names, SAVES);
}

/** The same with a change between two saves: `script` is the path of the text for iptables-restore. */
export function timeApplyLoop(names, script) {
  return timeLoop(names, `${SAVES}; iptables-nft-restore --noflush <'${script}'; ${SAVES}`);
}

async function timeLoop(names, words) {
  const started = performance.now();
  const loop = 'words=$1; shift; for name; do nsenter "--net=/run/netns/$name" sh -euc "$words"; done';
  const lanes = cpus().map((_, lane) => names.filter((_, index) => index % cpus().length === lane));
  const ends = lanes.map((lane) =>
    once(spawn('sh', ['-euc', loop, 'sh', words, ...lane], { stdio: 'ignore' }), 'exit'),
  );
  for (const [status] of await Promise.all(ends)) if (status !== 0) throw new Error(`the loop ended with ${status}`);
  return performance.now() - started;
}
