import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const WEB = '-p tcp -m tcp --dport 80';
/** Rules that are there from the beginning: each lets in what another one may make it take. */
const STANDING: Tables = {
  mangle: { PREROUTING: ['-j CONNMARK --restore-mark'] },
  filter: {
    INPUT: [
      '-m conntrack --ctstate ESTABLISHED -j ACCEPT',
      '-m connmark --mark 0x7 -j ACCEPT',
      '-m set --match-set theirs src -j ACCEPT',
      '-m mark --mark 0x5 -j ACCEPT',
    ],
  },
};

type Tables = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Each opens port 80, or seems to, and by it something else. */
const ATTACKS: readonly (readonly [name: string, more: Tables])[] = [
  ['other packets', { filter: { INPUT: ['-p tcp -m tcp --dport 79:80 -j ACCEPT'] } }],
  [
    'a REDIRECT to another port',
    {
      nat: { PREROUTING: [`${WEB} -j REDIRECT --to-ports 22`] },
      filter: { INPUT: ['-m conntrack --ctstate DNAT -j ACCEPT'] },
    },
  ],
  ['a set that a rule fills', { filter: { INPUT: [`${WEB} -j SET --add-set theirs src`, `${WEB} -j ACCEPT`] } }],
  ['a set that a rule of another path fills', { filter: { OUTPUT: [`${WEB} -j SET --add-set theirs dst`] } }],
  [
    'a mark of its connections that others restore',
    { filter: { INPUT: [`${WEB} -j CONNMARK --set-mark 0x5`, `${WEB} -j ACCEPT`] } },
  ],
  [
    'a mark of connections that another path sets',
    { filter: { OUTPUT: ['-j CONNMARK --set-mark 0x7'], INPUT: [`${WEB} -j ACCEPT`] } },
  ],
  [
    'a mark that comes back through lo',
    { mangle: { OUTPUT: ['-o lo -j MARK --set-mark 0x5'] }, filter: { INPUT: [`${WEB} -j ACCEPT`] } },
  ],
  [
    'a copy of each packet',
    { mangle: { PREROUTING: [`${WEB} -j TEE --gateway 10.79.0.9`] }, filter: { INPUT: [`${WEB} -j ACCEPT`] } },
  ],
];

test('no opening inside a named flow brings another with it', () => {
  const ns = makeNamespace();
  const folder = stateFolder({});
  const where = ['--state', join(folder, 'state'), '--data-dir', dataFolder()];
  const declare = (more: Tables) => writeFiles(folder, { 'state/a.yaml': document(ns, more) });
  declare({});
  expect(runBuilt(['apply', '--auto-approve', ...where]).status).toBe(0);
  const before = saved(ns, 'nft', 'ipv4');
  const approve = ['--approve-up-to', 'closes', '--approve-opening', 'tcp any -> port 80'];
  for (const [name, more] of ATTACKS) {
    declare(more);
    const { status, stderr } = runBuilt(['apply', ...approve, ...where]);
    expect({ name, status, code: /\[(apply\.[a-z-]+)\]/.exec(stderr)?.[1] }).toEqual({
      name,
      status: 6,
      code: 'apply.over-limit',
    });
  }
  expect(saved(ns, 'nft', 'ipv4')).toBe(before);
  declare({ filter: { INPUT: [`${WEB} -j ACCEPT`] } });
  expect(runBuilt(['apply', ...approve, ...where])).toMatchObject({ status: 0 });
  expect(saved(ns, 'nft', 'ipv4')).toContain(`-A INPUT ${WEB} -j ACCEPT`);
});

function document(namespace: string, more: Tables): string {
  const rules = (table: string, chain: string) => [
    ...(more[table]?.[chain] ?? []).filter((rule) => /CONNMARK|SET/.test(rule)),
    ...(STANDING[table]?.[chain] ?? []),
    ...(more[table]?.[chain] ?? []).filter((rule) => !/CONNMARK|SET/.test(rule)),
  ];
  const chains = { mangle: ['PREROUTING', 'OUTPUT'], nat: ['PREROUTING'], filter: ['INPUT', 'OUTPUT'] };
  const tables = Object.fromEntries(
    Object.entries(chains).map(([table, names]) => [
      table,
      Object.fromEntries(
        names.map((chain) => [
          chain,
          chain === 'INPUT' ? { policy: 'DROP', rules: rules(table, chain) } : rules(table, chain),
        ]),
      ),
    ]),
  );
  const sets = { theirs: { type: 'hash:ip', entries: ['192.0.2.9'] } };
  // JSON is YAML.
  return JSON.stringify({ namespace, backend: 'nft', family: 'ipv4', ownership: 'exclusive', sets, tables });
}
