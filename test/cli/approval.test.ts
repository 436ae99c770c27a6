import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

type Document = {
  readonly approval: string;
  readonly class: { readonly name: string };
  readonly transitions: readonly { readonly approval: string }[];
};

const rules = (...lines: readonly string[]) => lines.map((line) => `      - ${line}\n`).join('');
const document = (ns: string, ...lines: readonly string[]) =>
  `namespace: ${ns}\ntables:\n  filter:\n    INPUT:\n${rules(...lines)}`;
const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';

/** A machine: a state about some namespaces, and a data folder of its own. */
function machine(...namespaces: readonly string[]) {
  const folder = stateFolder({ 'state/_': '' });
  const data = dataFolder();
  const run = (...args: readonly string[]) => runBuilt([...args, '--state', join(folder, 'state'), '--data-dir', data]);
  const declare = (...lines: readonly string[]) =>
    writeFiles(folder, Object.fromEntries(namespaces.map((ns) => [`state/${ns}.yaml`, document(ns, ...lines)])));
  const review = (file = join(folder, 'a.fwplan')) => {
    run('plan', '--out', file);
    return { file, document: JSON.parse(runBuilt(['show', file, '--json']).stdout) as Document };
  };
  return { run, declare, review, folder };
}

test('one review serves every namespace and host that is in the same state and goes to the same', () => {
  const [here, there, odd] = [makeNamespace('here'), makeNamespace('there'), makeNamespace('odd')];
  const first = machine(here);
  first.declare(SSH);
  const { file, document: reviewed } = first.review();
  // Another machine, in the same state, by the name of the approval.
  const second = machine(there);
  second.declare(SSH);
  expect(second.run('apply', '--approved', reviewed.approval).status).toBe(0);
  expect(saved(there, 'nft', 'ipv6')).toContain('--dport 22');
  // Two namespaces of one machine, of which one is in another state: nothing is applied, and it is named.
  inNamespace(odd, 'iptables', ['-A', 'INPUT', '-s', '192.0.2.1', '-j', 'ACCEPT']);
  const third = machine(here, odd);
  third.declare(SSH);
  const refused = third.run('apply', '--approved', file);
  expect(refused.status).toBe(6);
  expect(refused.stderr).toContain('[apply.not-approved]');
  expect(refused.stderr).toMatch(new RegExp(`${odd}: \\w{12} -> \\w{12}, approval sha256:`));
  expect(refused.stderr).not.toContain(`${here}:`);
  expect(saved(here, 'nft', 'ipv4')).toBe('');
  // The other one is reviewed as well; then both are applied in one run, by the files or by names.
  const { document: both } = third.review();
  expect(both.transitions).toHaveLength(2);
  const other = both.transitions.map(({ approval }) => approval).find((one) => one !== reviewed.approval) ?? '';
  expect(third.run('apply', '--approved', file, '--approved', other).status).toBe(0);
  expect(saved(odd, 'nft', 'ipv4')).toContain('fw-INPUT');
  expect(runBuilt(['apply', '--approved', file, '--auto-approve']).status).toBe(64);
});

test('another change than the reviewed one is refused, and so is a reviewed plan that expired', () => {
  const ns = makeNamespace();
  const { run, declare, review, folder } = machine(ns);
  declare(SSH);
  const { file } = review();
  declare(SSH, '-p tcp -m tcp --dport 23 -j ACCEPT');
  expect(run('apply', '--approved', file)).toMatchObject({ status: 6 });
  const old = join(folder, 'old.fwplan');
  run('plan', '--out', old, '--max-age', '1s');
  const expires = Date.now() + 1000;
  while (Date.now() < expires) run('validate');
  expect(run('apply', '--approved', old).stderr).toContain('[plan.stale]');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');
});

test('what has no effect, what only closes and what opens inside a named flow are applied without a question where each is approved', () => {
  const ns = makeNamespace();
  const { run, review, folder } = machine(ns);
  const web = '-p tcp -m tcp --dport 443 -j ACCEPT';
  const drop = (...lines: readonly string[]) =>
    writeFiles(folder, {
      [`state/${ns}.yaml`]: `namespace: ${ns}\nownership: exclusive\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules:\n${rules(...lines)}`,
    });
  drop(SSH);
  const closing = run('apply', '--approve-up-to', 'no-effect');
  expect(closing).toMatchObject({ status: 6 });
  expect(closing.stderr).toMatch(/ipv4\/filter\/INPUT#policy \(closes\): it closes /);
  expect(run('apply', '--approve-opening', 'tcp any -> port 22')).toMatchObject({ status: 6 });
  expect(run('apply', '--approve-up-to', 'closes').status).toBe(0);
  // A port that opens: by its flow, and by no class; the names of an earlier fw approve what has no effect.
  drop(SSH, web);
  for (const limit of ['additive', 'safe', 'closes', 'no-effect']) {
    expect(run('apply', '--approve-up-to', limit)).toMatchObject({ status: 6 });
  }
  const opening = run('apply', '--approve-opening', 'tcp 203.0.113.0/24 -> port 443');
  expect(opening).toMatchObject({ status: 6 });
  expect(opening.stderr).toContain('(opens): it opens tcp');
  expect(run('apply', '--approve-opening', 'tcp any -> port 443').status).toBe(0);
  drop(SSH.replace(' -j', ' -m comment --comment ssh -j'), web);
  expect(run('apply', '--approve-up-to', 'additive').status).toBe(0);
  expect(run('apply', '--approve-opening', 'tcp any - port 443')).toMatchObject({ status: 64 });
  drop('-j ACCEPT', SSH.replace(' -j', ' -m comment --comment ssh -j'), web);
  const { file } = review();
  expect(runBuilt(['apply', file, '--approve-up-to', 'additive', '--data-dir', dataFolder()]).status).toBe(6);
  // A saved plan is approved by the user who saved it, unless a limit is asked for.
  expect(runBuilt(['apply', file, '--data-dir', dataFolder()]).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).toContain('-A INPUT -j ACCEPT');
});

test('a saved plan takes no flag that says what is planned', () => {
  const { run, declare, review } = machine(makeNamespace());
  declare(SSH);
  const { file } = review();
  const apply = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runBuilt(['apply', file, '--data-dir', dataFolder(), ...args], { env });
  const flags = [
    '--state x',
    '--var a=b',
    '--var-file x',
    '--context 3',
    '--namespace x',
    '--table nat',
    '--family ipv4',
  ];
  const ran = apply([...flags.flatMap((flag) => flag.split(' ')), '-target=x', '-exclude=x']);
  expect(ran.status).toBe(64);
  expect(ran.stderr.replace(/\s+/g, ' ')).toContain(
    'takes no --state, --var, --var-file, --context, --namespace, --table, --family, --target, --exclude [usage]',
  );
  expect(apply([], { FW_TARGET: 'x', FW_TABLE: 'nat,filter' }).stderr).toContain('takes no FW_TABLE, FW_TARGET');
  // The state and values of the environment are for other runs.
  expect(run('plan').status).toBe(0);
  expect(apply([], { FW_STATE: 'x', FW_VAR: 'a=b' }).stderr).not.toContain('takes no');
});
