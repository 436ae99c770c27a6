import { describe, expect, test } from 'vitest';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import type { Kernel, SaveRequest } from '../../src/ports/ports.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** Text in the matching script that the real kernel refuses, so that this one commit fails as a commit fails. */
function refuseWhen(matches: (target: SaveRequest, text: string) => boolean): (kernel: Kernel) => Kernel {
  let done = false;
  return (kernel) => ({
    ...kernel,
    restore: (target, text) => {
      if (done || !matches(target, text)) return kernel.restore(target, text);
      done = true;
      return kernel.restore(target, text.replace('COMMIT', '-D INPUT 60000\nCOMMIT'));
    },
  });
}

const START =
  '*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n[7:70] -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n' +
  '*filter\n:INPUT DROP [3:30]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:old - [0:0]\n[5:50] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n[6:60] -A INPUT -j old\n[1:10] -A old -j ACCEPT\nCOMMIT\n';

function goal(namespaces: readonly string[], backend: Backend): string {
  return (
    `namespace: [${namespaces.join(', ')}]\nbackend: ${backend}\nownership: exclusive\ntables:\n` +
    '  nat:\n    OUTPUT: [-p tcp --dport 81 -j REDIRECT --to-ports 8081]\n' +
    '  filter:\n    INPUT: {policy: ACCEPT, rules: [-j new, -p tcp --dport 23 -j ACCEPT]}\n    new: [-j ACCEPT]\n'
  );
}

function everything(names: readonly string[], backend: Backend): readonly string[] {
  return names.flatMap((name) => FAMILIES.map((family) => saved(name, backend, family, { counters: true })));
}

const CASES: readonly [string, (name: string) => (target: SaveRequest, text: string) => boolean][] = [
  ['the second table', () => (target, text) => target.family === 'ipv4' && text.startsWith('*filter')],
  ['ipv6 after ipv4', () => (target, text) => target.family === 'ipv6' && text.startsWith('*nat')],
  ['the very last table', () => (target, text) => target.family === 'ipv6' && text.startsWith('*filter')],
  [
    'the third namespace',
    (third) =>
      ({ namespace }) =>
        namespace.kind === 'named' && namespace.name === third,
  ],
];

describe.each(BACKENDS)('a failing apply on %s', (backend) => {
  test.each(CASES)('%s: everything is back, counters included', async (_, matcher) => {
    const names = [makeNamespace('a'), makeNamespace('b'), makeNamespace('c')];
    for (const name of names) for (const family of FAMILIES) load(name, backend, family, START, ['--counters']);
    const before = everything(names, backend);
    expect(before[0]).toContain('[6:60] -A INPUT -j old');
    const state = stateFolder({ 'a.yaml': goal(names, backend) });
    const ports = realPorts(refuseWhen(matcher(names[2] ?? '')));
    const error = await apply(state, ports).catch((thrown: FwError) => thrown);
    expect(error).toMatchObject({ code: 'apply.rolled-back', exit: 8, firewall: 'rolled back and verified' });
    expect(everything(names, backend)).toEqual(before);
    expect(await ports.journal.unfinished()).toEqual([]);
    await apply(state);
    expect((await plan(state)).plan.steps).toEqual([]);
  });

  test('tables that fw created are gone again', async () => {
    const names = [makeNamespace('a'), makeNamespace('b')];
    const before = everything(names, backend);
    const state = stateFolder({ 'a.yaml': goal(names, backend) });
    const ports = realPorts(refuseWhen((target, text) => target.family === 'ipv6' && text.startsWith('*filter')));
    await expect(apply(state, ports)).rejects.toMatchObject({ code: 'apply.rolled-back' });
    // A legacy table stays, pristine, as long as its namespace lives; there is no way to remove one.
    const after = everything(names, backend);
    if (backend === 'nft') expect(after).toEqual(before);
    else expect(after.join('')).not.toMatch(/-A|DROP|new/);
  });

  test('a shared apply that fails leaves rules that others added meanwhile', async () => {
    const name = makeNamespace();
    load(name, backend, 'ipv4', '*filter\n:INPUT ACCEPT [0:0]\n:theirs - [0:0]\n-A INPUT -j theirs\nCOMMIT\n');
    const state = stateFolder({
      'a.yaml': `namespace: ${name}\nbackend: ${backend}\ntables:\n  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT]\n`,
    });
    await apply(state);
    writeFiles(state, {
      'a.yaml': `namespace: ${name}\nbackend: ${backend}\ntables:\n  filter:\n    INPUT: [-p tcp --dport 23 -j ACCEPT]\n    OUTPUT: [-j ACCEPT]\n`,
    });
    const before = saved(name, backend, 'ipv4');
    const ports = realPorts((kernel) => ({
      ...kernel,
      restore: async (target, text) => {
        const ran = await kernel.restore(target, text);
        if (target.family !== 'ipv4' || !text.includes('--dport 23')) return ran;
        load(name, backend, 'ipv4', '*filter\n-I INPUT 1 -s 192.0.2.1/32 -j DROP\n-A theirs -j RETURN\nCOMMIT\n', [
          '--noflush',
        ]);
        return { exitCode: 4, stdout: '', stderr: 'made to fail' };
      },
    }));
    await expect(apply(state, ports)).rejects.toMatchObject({ code: 'apply.rolled-back' });
    const added = ['-A INPUT -s 192.0.2.1/32 -j DROP', '-A theirs -j RETURN'];
    const after = saved(name, backend, 'ipv4').split('\n');
    expect(after).toEqual(expect.arrayContaining(added));
    expect(after.filter((line) => !added.includes(line))).toEqual(before.split('\n'));
  });
});
