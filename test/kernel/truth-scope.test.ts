import { describe, expect, test } from 'vitest';
import { pickGeneration } from '../../src/app/generations/pick-generation.ts';
import { readForImport } from '../../src/app/import/read-for-import.ts';
import { makePlan } from '../../src/app/plan/make-plan.ts';
import { findDrift } from '../../src/app/query/find-drift.ts';
import { planReturn } from '../../src/app/rollback/plan-return.ts';
import { pickReturn } from '../../src/app/rollback/return-target.ts';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { FAMILIES } from '../../src/core/rules/types.ts';
import { EVERYTHING } from '../../src/core/selection/types.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const NAT = '  nat:\n    PREROUTING: [-p tcp --dport 80 -j REDIRECT --to-ports 8080]\n';
const FILTER = '  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT]\n';

/** What iptables-save does with a table that holds such a rule is another thing for each: silence, a comment, exit code 3. */
const NATIVE = [
  ['is printed as another rule', 'ip saddr 192.0.2.1-192.0.2.9 accept', '192.0.2.1-192.0.2.9'],
  ['keeps the table from being printed', 'ct state established accept', 'ct state'],
  ['ends iptables-save in the middle of the table', 'meta skuid 0 accept', 'skuid'],
] as const;

function state(ns: string, tables: string, head = ''): string {
  return stateFolder({ 'a.yaml': document(ns, tables, head) });
}

function document(ns: string, tables: string, head = ''): string {
  return `namespace: ${ns}\nbackend: nft\n${head}tables:\n${tables}`;
}

/** A namespace with a native rule in `ip filter`, beside rules of iptables in it and in nat. */
function withNative(rule: string): string {
  const ns = makeNamespace();
  load(
    ns,
    'nft',
    'ipv4',
    '*filter\n-A FORWARD -p tcp -j ACCEPT\nCOMMIT\n*nat\n-A POSTROUTING -p tcp -j MASQUERADE\nCOMMIT\n',
  );
  nft(ns, `add rule ip filter OUTPUT ${rule}`, `add rule ip filter FORWARD ${rule}`);
  return ns;
}

function nft(ns: string, ...commands: readonly string[]): void {
  const lines = ['add chain ip filter OUTPUT { type filter hook output priority 0; }', ...commands].join('\n');
  const ran = inNamespace(ns, 'nft', ['-f', '-'], `${lines}\n`);
  if (ran.status !== 0) throw new Error(`nft refused: ${ran.stderr}`);
}

async function failureOf(run: Promise<unknown>): Promise<FwError> {
  const error = await run.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof FwError) return error;
  throw error;
}

describe.each(NATIVE)('a native rule of filter that %s', (_, rule, words) => {
  test('does not stop a state about nat, from the plan to the rollback, and is named in a warning', async () => {
    const ns = withNative(rule);
    const path = state(ns, NAT);
    const ports = realPorts();
    const { warnings } = await plan(path, ports);
    expect(warnings).toMatchObject([{ severity: 'warning', code: 'live.untruthful' }]);
    expect(warnings[0]?.message).toContain(`${ns} ipv4 filter`);
    expect(warnings[0]?.output).toContain(words);
    await apply(path, ports);
    expect((await plan(path, ports)).plan.steps).toEqual([]);
    expect(inNamespace(ns, 'iptables-nft-save', ['-t', 'nat']).stdout).toContain('--to-ports 8080');

    const first = await pickGeneration(ports, 1);
    const drift = await findDrift(ports, first, { context: 0, stateName: undefined });
    expect(drift.plan.steps).toEqual([]);
    expect(drift.warnings).toMatchObject([{ code: 'live.untruthful' }]);
    const back = await planReturn(ports, await pickReturn(ports, 1, undefined), { context: 0, label: 'generation 1' });
    expect(back.plan.steps).toEqual([]);
  });

  test('stops a state about filter, and an import', async () => {
    const ns = withNative(rule);
    const runs = [
      () => plan(state(ns, FILTER)),
      () => plan(state(ns, FILTER + NAT)),
      () => readForImport(realPorts(), [ns], 'auto'),
    ];
    for (const run of runs) {
      const error = await failureOf(run());
      expect(error).toMatchObject({ code: 'live.untruthful', exit: 5, firewall: 'unchanged' });
      expect(error.message).toContain(`${ns} ipv4`);
      expect(error.output).toContain(words);
      expect(error.next).toContain('list table ip filter');
    }
  });

  test('stops nothing that is only about other tables or the other family of such a state', async () => {
    const ns = withNative(rule);
    const path = state(ns, FILTER + NAT);
    for (const selection of [{ tables: ['nat' as const] }, { families: ['ipv6' as const] }]) {
      const options = { state: path, allowEmpty: false, context: 0, selection: { ...EVERYTHING, ...selection } };
      const { plan: made, warnings } = await makePlan(realPorts(), options);
      expect(made.steps.length).toBeGreaterThan(0);
      expect(warnings).toMatchObject([{ code: 'live.untruthful' }]);
    }
  });

  test('stops a state that no longer declares a chain of ours in that table: it would stay', async () => {
    const ns = withNative(rule);
    nft(ns, 'add chain ip filter fw-INPUT');
    expect(await failureOf(plan(state(ns, NAT)))).toMatchObject({ code: 'live.untruthful' });
    expect((await plan(state(ns, NAT, 'owner: other\n'))).warnings).toHaveLength(1);
  });

  test('stops a change of a set, which the rule beside it may name', async () => {
    const ns = withNative(rule);
    const set = 'sets:\n  bad: {type: hash:ip, entries: [192.0.2.1]}\n';
    const path = state(ns, '  nat:\n    PREROUTING: [-m set --match-set bad src -j RETURN]\n', set);
    expect(await failureOf(plan(path))).toMatchObject({ code: 'live.untruthful' });
  });
});

test('a rule that comes into another table while fw applies does not keep it from going on, or back', async () => {
  const ns = makeNamespace();
  const path = state(ns, NAT);
  let calls = 0;
  const ports = realPorts((kernel) => ({
    ...kernel,
    restore: async (target, text) => {
      calls += 1;
      load(ns, 'nft', 'ipv4', '*filter\n-A OUTPUT -p tcp -j ACCEPT\nCOMMIT\n');
      nft(ns, 'add rule ip filter OUTPUT ct state established accept');
      return kernel.restore(target, text);
    },
  }));
  await apply(path, ports);
  expect(calls).toBeGreaterThan(0);
  expect(FAMILIES.map((family) => saved(ns, 'nft', family).includes('--to-ports 8080'))).toEqual([true, true]);

  writeFiles(path, { 'a.yaml': document(ns, `${NAT}    OUTPUT: [-p udp -j ACCEPT]\n`) });
  const failing = realPorts((kernel) => ({
    ...kernel,
    restore: async (target, text) => {
      const ran = await kernel.restore(target, text);
      return target.family === 'ipv6' && text.includes('-p udp') && text.includes('fw-OUTPUT') && !text.includes('-X')
        ? { ...ran, exitCode: 1 }
        : ran;
    },
  }));
  const error = await failureOf(apply(path, failing));
  expect(error).toMatchObject({ firewall: 'rolled back and verified', exit: 8 });
  expect(inNamespace(ns, 'iptables-nft-save', ['-t', 'nat']).stdout).not.toContain('fw-OUTPUT');
});
