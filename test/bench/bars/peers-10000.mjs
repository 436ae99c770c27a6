import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from '../support/bench.mjs';
import { printFerm } from '../support/ferm-rules.mjs';
import { medians, time, timeFw } from '../support/measure.mjs';
import { peerPackage } from '../support/peer-packages.mjs';
import { changeTable, makeTable, printRules } from '../support/rules.mjs';

export const title = 'ten changes of 10,000 rules, beside what else is used for that';

const NEUTRON = fileURLToPath(new URL('../support/neutron-way.py', import.meta.url));
const NAMES = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore'];

/** Each has a namespace of its own. A peer that leaves another number of rules than was wanted is no peer. */
export async function run(bench) {
  const { makeNamespace, write, folder, rounds } = bench;
  const table = makeTable(10_000, 200);
  const sides = [changeTable(table, 10), table];
  // The programs that they find are those of nft, whatever the machine prefers.
  mkdirSync(`${folder}/bin`);
  for (const name of NAMES) symlinkSync('/usr/sbin/xtables-nft-multi', `${folder}/bin/${name}`);
  const files = sides.map((side, at) => ({
    rules: write(`peers/rules-${at}`, printRules(side)),
    ferm: write(`peers/ferm-${at}`, printFerm(side)),
  }));
  const peers = [];
  const rows = [];
  for (const [what, make] of Object.entries(PEERS)) {
    try {
      const peer = { what, name: makeNamespace(`peer${peers.length}`), words: make() };
      load(peer.name, printRules(table));
      runPeer(peer, files[0], folder);
      const changed = countRules(peer.name);
      runPeer(peer, files[1], folder);
      if (changed !== countIn(sides[0]) || countRules(peer.name) !== countIn(sides[1]))
        throw new Error('it does not make the rules that are wanted');
      peers.push(peer);
    } catch (error) {
      rows.push({ what, skipped: String(error.message).split('\n').slice(0, 2).join(' ').slice(0, 160) });
    }
  }
  const own = makeNamespace('own');
  load(own, printRules(table));
  const flags = ['--state', `${folder}/state`, '--data-dir', `${folder}/data`, '--traffic', 'none'];
  const found = await medians(rounds(9), (round) => {
    const took = peers.map((peer) => [peer.what, runPeer(peer, files[round % 2], folder)]);
    write(`state/${own}/ipv4.rules`, printRules(sides[round % 2]));
    const fw = timeFw(['apply', '--auto-approve', '--allow-foreign-removal', '--allow-exposure', ...flags]).ms;
    return { ...Object.fromEntries(took), fw };
  });
  const slow = ['ferm', 'Ansible iptables_state'].filter((what) => found[what] !== undefined);
  const limit = slow.length === 0 ? undefined : Math.min(...slow.map((what) => found[what]));
  const row = (what, field) => ({ what, measured: found[field], spread: found.spread[field], unit: 'ms', by: '' });
  return [
    {
      ...row('fw apply', 'fw'),
      limit,
      by: slow.length === 0 ? 'no peer could be had' : `faster than ${slow.join(' and ')}`,
    },
    ...peers.map(({ what }) => row(what, what)),
    ...rows,
  ];
}

function countRules(name) {
  const saved = execFileSync('nsenter', [`--net=/run/netns/${name}`, 'iptables-nft-save'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return saved.split('\n').filter((line) => line.startsWith('-A ')).length;
}

function countIn(table) {
  return [...table.values()].reduce((sum, rules) => sum + rules.length, 0);
}

function runPeer({ name, words }, files, folder) {
  const { args, input } = words(files);
  const env = { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, LC_ALL: 'C.UTF-8', ...args.env };
  return time('nsenter', [`--net=/run/netns/${name}`, ...args.words], { env, input: input ?? '', cwd: folder });
}

/** By name: makes what starts one for files of rules. Throws where it cannot be had. */
const PEERS = {
  'full iptables-restore':
    () =>
    ({ rules }) => ({ args: { words: ['sh', '-c', 'iptables-restore <"$1"', 'sh', rules] } }),
  'iptables-apply': () => {
    if (!existsSync('/usr/sbin/iptables-apply')) throw new Error('it is not installed');
    // It would stop and start that service.
    if (existsSync('/etc/init.d/fail2ban')) throw new Error('fail2ban runs on this machine');
    return ({ rules }) => ({ args: { words: ['/usr/sbin/iptables-apply', '-t', '20', rules] }, input: 'y' });
  },
  "Neutron's way: save, edit, restore":
    () =>
    ({ rules }) => ({ args: { words: ['python3', NEUTRON, rules] } }),
  ferm: () => {
    const root = peerPackage('ferm');
    return ({ ferm }) => ({ args: { words: ['perl', `${root}/usr/sbin/ferm`, ferm] } });
  },
  'Ansible iptables_state': () => {
    if (!existsSync('/usr/bin/ansible')) throw new Error('ansible-core is not installed');
    const collections = peerPackage('ansible', [
      '*/community/general/plugins/*/iptables_state.py',
      '*/community/general/MANIFEST.json',
      '*/community/general/meta/*',
    ]);
    const env = {
      ANSIBLE_COLLECTIONS_PATH: `${collections}/usr/lib/python3/dist-packages`,
      ANSIBLE_LOCALHOST_WARNING: 'False',
    };
    return ({ rules }) => ({
      args: {
        env,
        words: [
          'ansible',
          'localhost',
          '-c',
          'local',
          '-m',
          'community.general.iptables_state',
          '-a',
          `state=restored path=${rules}`,
        ],
      },
    });
  },
};
