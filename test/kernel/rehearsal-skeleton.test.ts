import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSkeleton } from '../../src/core/rehearsal/skeleton.ts';
import type { Backend, Chain, Table, TableName } from '../../src/core/rules/types.ts';
import type { Scratch } from '../../src/ports/ports.ts';
import { realPorts } from '../support/fw.ts';
import { randomChange, randomOf, randomTable } from '../support/random-table.ts';
import { tableOf } from '../support/table-of.ts';
import { loaded, rehearseBoth } from '../support/two-rehearsals.ts';

type Verdict = 'taken' | 'refused';

/** A change of a table whose other chains decide whether the kernel takes it. `add` and `gone`: lines and chains. */
type Case = {
  readonly what: string;
  readonly table: TableName;
  readonly live: string;
  readonly add?: string;
  readonly gone?: string;
  readonly nft: Verdict;
  readonly legacy: Verdict;
};

const FILLER = Array.from({ length: 40 }, (_, at) => `-A FILLER -s 10.0.0.${at}/32 -p tcp -m tcp --dport 22 -j ACCEPT`);

/** Chain X is called from one hook and holds a rule; the change calls it from another hook. */
function restricted(table: TableName, from: string, rule: string, to: string, nft: Verdict, legacy: Verdict): Case {
  const live = `:X -\n-A ${from} -j X\n${rule
    .split('\n')
    .map((text) => `-A X ${text}`)
    .join('\n')}`;
  return { what: `${rule} called from ${to}`, table, live, add: `-A ${to} -p tcp -j X`, nft, legacy };
}

/** Chains that call one another in a row, of which nobody calls the first; the change does. */
function row(length: number, nft: Verdict, legacy: Verdict): Case {
  const chains = Array.from({ length }, (_, at) => `:R${at} -`);
  const calls = chains.slice(1).map((_, at) => `-A R${at} -p tcp -j R${at + 1}`);
  const live = [...chains, ...calls].join('\n');
  return { what: `${length} chains in a row`, table: 'filter', live, add: '-A INPUT -j R0', nft, legacy };
}

const CASES: readonly Case[] = [
  restricted('nat', 'POSTROUTING', '-j MASQUERADE', 'PREROUTING', 'refused', 'refused'),
  restricted('nat', 'PREROUTING', '-p tcp -j REDIRECT', 'POSTROUTING', 'refused', 'refused'),
  restricted('filter', 'OUTPUT', '-m owner --uid-owner 0 -j ACCEPT', 'INPUT', 'refused', 'refused'),
  restricted('filter', 'FORWARD', '-m devgroup --dst-group 0x5 -j DROP', 'INPUT', 'taken', 'refused'),
  restricted(
    'mangle',
    'FORWARD',
    '-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
    'PREROUTING',
    'taken',
    'refused',
  ),
  restricted(
    'mangle',
    'PREROUTING',
    '-p tcp -j TPROXY --on-port 50080 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0',
    'POSTROUTING',
    'refused',
    'refused',
  ),
  restricted('nat', 'POSTROUTING', '-j ACCEPT\n-j MASQUERADE', 'PREROUTING', 'refused', 'taken'),
  restricted('nat', 'POSTROUTING', '-p tcp -j ACCEPT\n-j MASQUERADE', 'PREROUTING', 'refused', 'refused'),
  row(15, 'taken', 'taken'),
  row(16, 'refused', 'taken'),
  {
    what: 'a loop through chains that the change leaves alone',
    table: 'filter',
    live: ':A -\n:B -\n:C -\n-A INPUT -j A\n-A B -p udp -j C\n-A C -s 10.0.0.1/32 -g A',
    add: '-A A -p tcp -j B',
    nft: 'refused',
    legacy: 'refused',
  },
  {
    what: 'a loop that no hook leads to',
    table: 'filter',
    live: ':A -\n:B -\n-A B -p udp -j A',
    add: '-A A -p tcp -j B',
    nft: 'taken',
    legacy: 'taken',
  },
  {
    what: 'a chain is removed and another one still names it',
    table: 'filter',
    live: ':A -\n:B -\n-A A -s 10.0.0.1/32 -j ACCEPT\n-A B -p udp -j A\n-A B -p tcp -j A',
    gone: 'A',
    nft: 'refused',
    legacy: 'refused',
  },
  {
    what: 'an estimator of another interval elsewhere',
    table: 'mangle',
    live: ':A -\n-A A -j RATEEST --rateest-name e1 --rateest-interval 250ms --rateest-ewmalog 500ms',
    add: '-A INPUT -j RATEEST --rateest-name e1 --rateest-interval 500ms --rateest-ewmalog 1s',
    nft: 'refused',
    legacy: 'refused',
  },
  {
    what: 'a hashlimit table of other settings elsewhere',
    table: 'filter',
    live: ':A -\n-A A -m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name h1 -j ACCEPT',
    add: '-A INPUT -m hashlimit --hashlimit-upto 9/sec --hashlimit-burst 5 --hashlimit-name h1 -j ACCEPT',
    nft: 'taken',
    legacy: 'taken',
  },
  {
    what: 'a list of recent of another mask elsewhere',
    table: 'filter',
    live: ':A -\n-A A -m recent --set --name r1 --mask 255.255.255.255 --rsource -j ACCEPT',
    add: '-A INPUT -m recent --set --name r1 --mask 255.255.0.0 --rsource -j ACCEPT',
    nft: 'taken',
    legacy: 'taken',
  },
];

/** FW_ROUNDS: how many random changes, for runs by hand. FW_SEED: the first of them. */
const ROUNDS = Number(process.env.FW_ROUNDS ?? 8);
const SEED = Number(process.env.FW_SEED ?? 20261129);
const TABLES = ['filter', 'nat', 'mangle'] as const;

let scratch: Scratch;

beforeAll(async () => {
  scratch = await realPorts().kernel.scratch();
});

afterAll(() => scratch.close());

async function verdicts(backend: Backend, { table, live, add = '', gone }: Case) {
  const lines = `:FILLER -\n${live}\n${FILLER.join('\n')}`;
  const before = await loaded(scratch, backend, 'ipv4', tableOf(table, lines));
  if (before === undefined) throw new Error('the kernel refuses the table of before');
  const added = /^-A (\S+) (.*)$/.exec(add);
  const goal: Table = {
    ...before,
    chains: before.chains.flatMap((chain): Chain[] => {
      if (chain.name === gone) return [];
      const rules = chain.name === added?.[1] ? [...chain.rules, { text: added[2] ?? '' }] : chain.rules;
      return [{ ...chain, rules }];
    }),
  };
  return rehearseBoth(scratch, backend, 'ipv4', before, goal);
}

describe.each(['nft', 'legacy'] as const)('on %s', (backend) => {
  test.each(CASES)('$what', async (one) => {
    const { whole, skeleton, rules } = await verdicts(backend, one);
    expect(skeleton).toBe(whole);
    expect(whole.startsWith('kernel.rejected') ? 'refused' : 'taken', whole).toBe(one[backend]);
    expect(rules.skeleton).toBeLessThan(rules.whole - FILLER.length + 1);
  });

  test('random tables and changes: the skeleton says what the whole table says', async () => {
    const counts = { taken: 0, refused: 0, unlike: 0, unloaded: 0, whole: 0, skeleton: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const random = randomOf(SEED + round);
      const name = TABLES[random(TABLES.length)] ?? 'filter';
      const table = randomTable(random, name);
      const live = await loaded(scratch, backend, 'ipv4', table);
      if (live === undefined) {
        // Then the skeleton of the whole is refused as well.
        const bones = makeSkeleton(table, new Set()).table;
        expect(await loaded(scratch, backend, 'ipv4', bones), `seed ${SEED + round}`).toBe(undefined);
        counts.unloaded += 1;
        continue;
      }
      const { whole, skeleton, rules } = await rehearseBoth(scratch, backend, 'ipv4', live, randomChange(random, live));
      expect(skeleton, `seed ${SEED + round}`).toBe(whole);
      counts[whole.startsWith('kernel') ? 'refused' : whole.startsWith('*') ? 'taken' : 'unlike'] += 1;
      counts.whole += rules.whole;
      counts.skeleton += rules.skeleton;
    }
    if (ROUNDS > 20) console.info(backend, counts);
    expect(counts.taken).toBeGreaterThan(0);
  }, 600_000);
});
