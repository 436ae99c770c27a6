import { findLoop } from '../../src/core/rule-text/jumps.ts';
import { BUILTIN } from '../../src/core/rules/builtin.ts';
import type { Backend, Chain, Counters, Policy, Rule, Table, TableName } from '../../src/core/rules/types.ts';

type LiveChain = { policy?: Policy; counters: Counters; rules: Rule[] };
type Live = { name: TableName; chains: Map<string, LiveChain>; countersSet: Set<string> };

const ZERO: Counters = ['0', '0'];

/**
 * Carries out restore text for one table as `iptables-restore --noflush --counters` does and returns the table as
 * `iptables-save --counters` prints it. Throws where the kernel or iptables-restore refuses; the table given stays as it is.
 * test/kernel/compile.test.ts compares it with the real thing.
 */
export function simulate(table: Table | undefined, restoreText: string, options: { readonly backend: Backend }): Table {
  const lines = restoreText.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const name = (lines[0]?.slice(1) ?? table?.name ?? 'filter') as TableName;
  if (BUILTIN[name] === undefined) throw new Error(`no table ${name}`);
  const live = load(name, table);
  if (lines.length === 0) return save(live);
  if (table !== undefined && table.name !== name) throw new Error(`restore text is for ${name}`);
  if (lines.at(-1) !== 'COMMIT' || !restoreText.endsWith('\n')) throw new Error('COMMIT expected at the end');
  for (const line of lines.slice(1, -1)) run(live, line);
  // Stricter than legacy, which does not look behind a rule that ends the chain for every packet.
  const loop = findLoop(save(live));
  if (loop !== undefined) throw new Error(`loop of chains: ${loop.join(' ')}`);
  if (options.backend === 'legacy') zeroPolicyCounters(live);
  return save(live);
}

function load(name: TableName, table: Table | undefined): Live {
  const chains = new Map<string, LiveChain>();
  for (const chain of BUILTIN[name]) chains.set(chain, { policy: 'ACCEPT', counters: ZERO, rules: [] });
  for (const { name: chain, policy, counters, rules } of table?.chains ?? []) {
    const copy = rules.map((rule) => ({ text: rule.text, counters: rule.counters ?? ZERO }));
    chains.set(chain, { ...(policy && { policy }), counters: counters ?? ZERO, rules: copy });
  }
  return { name, chains, countersSet: new Set() };
}

function save(live: Live): Table {
  const builtin = new Set(BUILTIN[live.name]);
  const users = [...live.chains.keys()].filter((chain) => !builtin.has(chain)).sort();
  const chains = [...builtin, ...users].map((name): Chain => {
    const { policy, counters, rules } = chainOf(live, name);
    return policy === undefined ? { name, rules } : { name, policy, counters, rules };
  });
  return { name: live.name, chains };
}

function run(live: Live, line: string): void {
  const parts = /^(?:\[(\d+):(\d+)\] )?(:|-[A-Z] )(\S+)(?: (.*))?$/.exec(line);
  if (parts === null) throw new Error(`cannot read: ${line}`);
  const [, packets, bytes, command = '', name = '', rest = ''] = parts;
  const counters: Counters = packets === undefined || bytes === undefined ? ZERO : [packets, bytes];
  switch (command.trim()) {
    case ':':
      declare(live, name, rest);
      return;
    case '-N':
      if (live.chains.has(name)) throw new Error(`chain ${name} exists`);
      live.chains.set(name, { counters: ZERO, rules: [] });
      return;
    case '-P':
      declare(live, name, `${rest} [0:0]`);
      return;
    case '-A':
      insert(live, name, chainOf(live, name).rules.length + 1, { text: rest, counters });
      return;
    case '-I': {
      const [, place, text] = /^(?:(\d+) )?(.*)$/.exec(rest) ?? [];
      insert(live, name, Number(place ?? 1), { text: text ?? '', counters });
      return;
    }
    case '-D':
      chainOf(live, name).rules.splice(placeOf(live, name, rest), 1);
      return;
    case '-F':
      chainOf(live, name).rules.length = 0;
      return;
    case '-X':
      remove(live, name);
      return;
    default:
      throw new Error(`cannot do: ${line}`);
  }
}

function chainOf(live: Live, name: string): LiveChain {
  const chain = live.chains.get(name);
  if (chain === undefined) throw new Error(`no chain ${name}`);
  return chain;
}

function declare(live: Live, name: string, rest: string): void {
  const [, policy, packets = '0', bytes = '0'] = /^(ACCEPT|DROP|-)(?: \[(\d+):(\d+)\])?$/.exec(rest) ?? [];
  if (policy === undefined) throw new Error(`no policy ${rest}`);
  if (!BUILTIN[live.name].includes(name)) {
    live.chains.set(name, { counters: ZERO, rules: [] });
  } else if (policy !== '-') {
    const { rules } = chainOf(live, name);
    live.chains.set(name, { policy: policy as Policy, counters: [packets, bytes], rules });
    live.countersSet.add(name);
  }
}

function insert(live: Live, name: string, place: number, rule: Rule): void {
  const { rules } = chainOf(live, name);
  if (place < 1 || place > rules.length + 1) throw new Error(`index ${place} too big in ${name}`);
  const target = jumpOf(rule.text);
  if (target !== undefined && !TARGETS.has(target) && !live.chains.has(target)) throw new Error(`no chain ${target}`);
  rules.splice(place - 1, 0, rule);
}

function placeOf(live: Live, name: string, rest: string): number {
  const { rules } = chainOf(live, name);
  const place = /^\d+$/.test(rest) ? Number(rest) - 1 : rules.findIndex((rule) => rule.text === rest);
  if (place < 0 || place >= rules.length) throw new Error(`no rule ${rest} in ${name}`);
  return place;
}

function remove(live: Live, name: string): void {
  const chain = chainOf(live, name);
  if (chain.policy !== undefined) throw new Error(`chain ${name} is built in`);
  if (chain.rules.length > 0) throw new Error(`chain ${name} is not empty`);
  for (const [other, { rules }] of live.chains) {
    if (rules.some((rule) => jumpOf(rule.text) === name)) throw new Error(`chain ${name} is used by ${other}`);
  }
  live.chains.delete(name);
}

const TARGETS: ReadonlySet<string> = new Set(
  (
    'ACCEPT DROP RETURN QUEUE REJECT LOG NFLOG DNAT SNAT MASQUERADE REDIRECT NETMAP MARK CONNMARK CONNSECMARK SECMARK ' +
    'TCPMSS TCPOPTSTRIP TOS DSCP ECN TTL HL CT NOTRACK TRACE TPROXY CLASSIFY CHECKSUM NFQUEUE SET TEE AUDIT SYNPROXY ' +
    'RATEEST IDLETIMER LED HMARK DNPT SNPT'
  ).split(' '),
);

function jumpOf(text: string): string | undefined {
  return / -[jg] (\S+)/.exec(` ${text.replace(/"(?:[^"\\]|\\.)*"/g, '""')}`)?.[1];
}

/** A legacy commit exchanges the whole table; only counters that the text sets itself survive on policies. */
function zeroPolicyCounters(live: Live): void {
  for (const name of BUILTIN[live.name]) {
    if (!live.countersSet.has(name)) chainOf(live, name).counters = ZERO;
  }
}
