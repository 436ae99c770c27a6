import type { Path } from '../../../src/core/packets/types/traffic.ts';
import { BUILTIN, TABLES } from '../../../src/core/rules/builtin.ts';
import type { Family, TableName } from '../../../src/core/rules/types.ts';
import { type Place, randomMatches } from './random-matches.ts';
import { type Seeded, seeded } from './seeded.ts';

/** Rules of each chain; a policy stands in front of them for built-in chains. */
export type RandomRuleset = Record<TableName, Record<string, { policy?: string; rules: string[] }>>;

const USERS: Readonly<Record<TableName, readonly string[]>> = {
  filter: ['c0', 'c1', 'c2', 'c3', 'c4'],
  nat: ['n0', 'n1'],
  mangle: ['m0', 'm1'],
  raw: ['r0', 'r1'],
  security: ['s0'],
};

const HOOKS: Readonly<Record<Path, Readonly<Record<TableName, readonly string[]>>>> = {
  INPUT: {
    raw: ['PREROUTING'],
    mangle: ['PREROUTING', 'INPUT'],
    nat: ['PREROUTING', 'INPUT'],
    filter: ['INPUT'],
    security: ['INPUT'],
  },
  FORWARD: {
    raw: ['PREROUTING'],
    mangle: ['PREROUTING', 'FORWARD', 'POSTROUTING'],
    nat: ['PREROUTING', 'POSTROUTING'],
    filter: ['FORWARD'],
    security: ['FORWARD'],
  },
  OUTPUT: {
    raw: ['OUTPUT'],
    mangle: ['OUTPUT', 'POSTROUTING'],
    nat: ['OUTPUT', 'POSTROUTING'],
    filter: ['OUTPUT'],
    security: ['OUTPUT'],
  },
};

/** A ruleset of all tables whose chains lie on one path. */
export function randomRuleset(seed: number, family: Family, path: Path, size = 30): RandomRuleset {
  const random = seeded(seed);
  const ruleset: RandomRuleset = { raw: {}, mangle: {}, nat: {}, filter: {}, security: {} };
  for (const table of TABLES) {
    for (const chain of BUILTIN[table]) {
      const policy = table === 'filter' && random.chance(0.4) ? 'DROP' : 'ACCEPT';
      ruleset[table][chain] = { policy, rules: [] };
    }
    for (const chain of USERS[table]) ruleset[table][chain] = { rules: [] };
    const count = table === 'filter' ? size : table === 'security' ? 3 : Math.ceil(size / 4);
    for (let left = count; left > 0; left -= 1) {
      const chain = random.pick([...HOOKS[path][table], ...HOOKS[path][table], ...USERS[table]]);
      ruleset[table][chain]?.rules.push(randomRule(random, family, path, table, chain));
    }
  }
  return ruleset;
}

/** A few edits: rules that go, come, move, turn round; a policy. */
export function changedRuleset(
  ruleset: RandomRuleset,
  seed: number,
  family: Family,
  path: Path,
  edits = 8,
): RandomRuleset {
  const random = seeded(seed);
  const { pick, next, below } = random;
  const changed = structuredClone(ruleset);
  for (let left = edits; left > 0; left -= 1) {
    const table = pick(['filter', 'filter', 'filter', 'mangle', 'nat', 'raw', 'security'] as const);
    const name = pick([...HOOKS[path][table], ...(next() < 0.4 ? USERS[table] : [])]);
    const chain = changed[table][name];
    if (chain === undefined) continue;
    // What stands near the top of a chain meets more packets.
    const at = Math.floor((chain.rules.length + 1) * next() ** 3);
    const draw = next();
    if (draw < 0.3) chain.rules.splice(at, 1);
    else if (draw < 0.65) chain.rules.splice(at, 0, randomRule(random, family, path, table, name));
    else if (draw < 0.8) chain.rules.splice(below(chain.rules.length + 1), 0, ...chain.rules.splice(at, 1));
    else if (draw < 0.85 && table === 'filter' && chain.policy !== undefined)
      chain.policy = chain.policy === 'DROP' ? 'ACCEPT' : 'DROP';
    else chain.rules = chain.rules.map((rule, index) => (index === at ? turned(rule) : rule));
  }
  return changed;
}

function turned(rule: string): string {
  return rule.includes('-j ACCEPT') ? rule.replace('-j ACCEPT', '-j RETURN') : rule.replace('-j DROP', '-j ACCEPT');
}

export function printRuleset(ruleset: RandomRuleset): string {
  return TABLES.map((table) => {
    const chains = Object.entries(ruleset[table]);
    const heads = chains.map(([name, { policy = '-' }]) => `:${name} ${policy} [0:0]`);
    const rules = chains.flatMap(([name, own]) => own.rules.map((rule) => `-A ${name} ${rule}`));
    return [`*${table}`, ...heads, ...rules, 'COMMIT', ''].join('\n');
  }).join('');
}

function randomRule(random: Seeded, family: Family, path: Path, table: TableName, chain: string): string {
  const { chance, pick } = random;
  const isBuiltin = BUILTIN[table].includes(chain);
  const place: Place = {
    table,
    input: !isBuiltin || !['OUTPUT', 'POSTROUTING'].includes(chain),
    output: !isBuiltin || ['FORWARD', 'OUTPUT', 'POSTROUTING'].includes(chain),
    // Chains of one's own may be called where a packet has no MAC address any more.
    mac: path !== 'OUTPUT' && (isBuiltin ? chain !== 'POSTROUTING' : table === 'raw' || table === 'filter'),
  };
  let { text, protocol } = randomMatches(random, family, place);
  // A rule that takes everything hides all behind it.
  while (text === '' && chance(0.9)) ({ text, protocol } = randomMatches(random, family, place));
  // What translates destinations may not be called where sources are.
  const isSource = table === 'nat' && (chain === 'POSTROUTING' || chain === 'INPUT');
  const lower = isSource ? ['n1'] : USERS[table].slice(USERS[table].indexOf(chain) + 1);
  if (lower.length > 0 && chance(0.28)) return `${text} -${chance(0.25) ? 'g' : 'j'} ${pick(lower)}`.trim();
  if (chance(0.08)) return `${text} -j RETURN`.trim();
  if (chance(0.04)) return text;
  const target = randomTarget(random, family, { path, table, chain, protocol });
  return `${text} ${target}`.trim();
}

type Where = {
  readonly path: Path;
  readonly table: TableName;
  readonly chain: string;
  readonly protocol: string | undefined;
};

function randomTarget({ chance, pick }: Seeded, family: Family, { path, table, chain, protocol = '' }: Where): string {
  const hasPorts = ['tcp', 'udp', 'sctp'].includes(protocol);
  switch (table) {
    case 'raw':
      return chance(0.1)
        ? '-j DROP'
        : pick(['-j ACCEPT', '-j CT --notrack', '-j CT --notrack', '-j CT --zone 5', '-j NFLOG']);
    case 'mangle':
      return pick([
        ...MARKING,
        ...(chance(0.3) ? ['-j DROP'] : []),
        '-j ACCEPT',
        '-j DSCP --set-dscp 0x10',
        '-j TOS --set-tos 0x10/0x3f',
      ]);
    case 'nat':
      return randomTranslation(pick, chance, family, { path, chain, hasPorts });
    case 'filter':
      return pick(['-j ACCEPT', '-j ACCEPT', '-j DROP', '-j DROP', '-j REJECT', '-j NFLOG']);
    default:
      return pick(['-j ACCEPT', '-j DROP']);
  }
}

const MARKING = [
  '-j MARK --set-xmark 0x1/0xffffffff',
  '-j MARK --set-xmark 0x2/0x2',
  '-j MARK --set-xmark 0x10/0xf0',
  '-j MARK --set-mark 0x3/0x1',
  '-j MARK --or-mark 0x2',
  '-j MARK --and-mark 0xfd',
  '-j CONNMARK --set-xmark 0x1/0x3',
  '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
  '-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff',
  '-j CONNMARK --save-mark --nfmask 0xf --ctmask 0xff',
  '-j CONNMARK --restore-mark --nfmask 0xf0 --ctmask 0x3',
];

type Translating = { readonly path: Path; readonly chain: string; readonly hasPorts: boolean };

function randomTranslation(
  pick: Seeded['pick'],
  chance: Seeded['chance'],
  family: Family,
  { path, chain, hasPorts }: Translating,
): string {
  // A chain of one's own may be called from both sides; the kernel refuses what does not fit.
  const side =
    chain === 'n0'
      ? 'destination'
      : chain === 'n1'
        ? 'none'
        : chain === 'POSTROUTING' || chain === 'INPUT'
          ? 'source'
          : 'destination';
  if (side === 'none' || chance(0.25)) return pick(['-j ACCEPT', '-j RETURN']);
  const address = pick(TARGETS[family]);
  const withPort = (port: number) =>
    !hasPorts ? address : family === 'ipv4' ? `${address}:${port}` : `[${address}]:${port}`;
  if (side === 'source')
    return chain === 'POSTROUTING' && chance(0.3) ? '-j MASQUERADE' : `-j SNAT --to-source ${address}`;
  if (path !== 'OUTPUT' && chance(0.3)) return hasPorts ? '-j REDIRECT --to-ports 8080' : '-j REDIRECT';
  return `-j DNAT --to-destination ${withPort(pick([22, 8080, 80]))}`;
}

/** No packet comes from them, so that none is taken for the answer to a translated one. */
export const TARGETS: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['10.1.2.3', '10.1.2.200', '198.51.100.9'],
  ipv6: ['2001:db8:1:2::3', '2001:db8:1:2:8000::9', 'fd00::9'],
};
