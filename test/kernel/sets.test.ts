import { describe, expect, test } from 'vitest';
import { recover } from '../../src/app/recover/recover.ts';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { hasChanges } from '../../src/core/plan/count-changes.ts';
import { setSteps } from '../../src/core/plan/in-order.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import type { Kernel } from '../../src/ports/ports.ts';
import { apply, dataFolder, plan, realPorts } from '../support/fw.ts';
import { addNamespace, inNamespace, load, makeNamespace, removeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { loadSets, savedSets } from '../support/sets.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const INET = 'hash:net family inet maxelem 65536';
const INET6 = 'hash:net family inet6 maxelem 65536';

function document(ns: string, backend: Backend, sets: string, rules: readonly string[], more = ''): string {
  const lines = rules.map((rule) => `      - ${rule}\n`).join('');
  const tables = rules.length === 0 ? '' : `tables:\n  filter:\n    INPUT:\n${lines}`;
  return `namespace: ${ns}\nbackend: ${backend}\n${more}sets:\n${sets}${tables}`;
}

async function expectNoChanges(state: string): Promise<void> {
  const { plan: again } = await plan(state);
  expect(again.steps.map((step) => step.edits)).toEqual([]);
  expect(hasChanges(again)).toBe(false);
}

const MATCH = '-m set --match-set blocked src -j DROP';

describe.each(BACKENDS)('sets with %s rules', (backend) => {
  test('both families get their own, a rule refers to each, and a second plan is empty', async () => {
    const ns = makeNamespace();
    const sets = '  blocked: {type: hash:net, entries: [203.0.113.0/24, 10.0.0.1/32, "2001:db8::/32"]}\n';
    const state = stateFolder({ 'a.yaml': document(ns, backend, sets, [MATCH]) });
    await apply(state);
    expect(savedSets(ns)).toEqual([
      'add fw-blocked 10.0.0.1',
      'add fw-blocked 203.0.113.0/24',
      'add fw-blocked-6 2001:db8::/32',
      `create fw-blocked ${INET}`,
      `create fw-blocked-6 ${INET6}`,
    ]);
    expect(saved(ns, backend, 'ipv4')).toContain('--match-set fw-blocked src');
    expect(saved(ns, backend, 'ipv6')).toContain('--match-set fw-blocked-6 src');
    await expectNoChanges(state);
  });

  test('what fw show prints of a generation makes its sets again', async () => {
    const [ns, other] = [makeNamespace(), makeNamespace()];
    const sets = '  blocked: {type: hash:net, entries: [203.0.113.0/24, "2001:db8::/32"]}\n';
    const data = dataFolder();
    await apply(stateFolder({ 'a.yaml': document(ns, backend, sets, [MATCH]) }), realPorts(undefined, data));
    const shown = runBuilt(['show', 'last', '--format', 'restore', '--data-dir', data]);
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    loadSets(other, `${(shown.stdout.match(/^(?:create|add) .*$/gm) ?? []).join('\n')}\n`);
    expect(savedSets(other)).toEqual(savedSets(ns));
    expect(runBuilt(['show', 'last', '--data-dir', data]).stdout).toContain(
      `${ns}  set fw-blocked  ${INET}  (1 entry)\n    203.0.113.0/24\n`,
    );
  });

  test('a few entries come and go one by one, many by a swap, and the rules never lose the set', async () => {
    const ns = makeNamespace();
    const of = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => `10.0.${(from + at) >> 8}.${(from + at) & 255}\n`).join('');
    const sets = '  blocked: {type: hash:ip, file: lists/blocked.txt}\n';
    const state = stateFolder({
      'a.yaml': document(ns, backend, sets, [MATCH]),
      'lists/blocked.txt': `# all of them\n${of(0, 600)}\n192.0.2.1 # one more\n2001:db8::1\n`,
    });
    await apply(state);
    expect(savedSets(ns).filter((line) => line.startsWith('add fw-blocked '))).toHaveLength(601);
    await expectNoChanges(state);
    writeFiles(state, { 'lists/blocked.txt': `${of(3, 605)}\n192.0.2.1\n` });
    const few = await plan(state);
    expect(setSteps(few.plan)).toMatchObject([
      { set: 'fw-blocked', change: 'update', added: 5, removed: 3, counts: { before: 601, after: 603 } },
      { set: 'fw-blocked-6', change: 'update', added: 0, removed: 1 },
    ]);
    await apply(state);
    await expectNoChanges(state);
    writeFiles(state, { 'lists/blocked.txt': of(5000, 5600) });
    expect(setSteps((await plan(state)).plan)).toMatchObject([{ change: 'replace', added: 600, removed: 603 }]);
    await apply(state);
    expect(savedSets(ns).filter((line) => line.startsWith('add fw-blocked '))).toHaveLength(600);
    expect(savedSets(ns).filter((line) => line.includes('~'))).toEqual([]);
    expect(inNamespace(ns, 'ipset', ['list', 'fw-blocked', '-terse']).stdout).toContain('References: 1');
    await expectNoChanges(state);
  });

  test('other options make a new set that takes the place of the old one', async () => {
    const ns = makeNamespace();
    const set = (more: string) => `  blocked: {type: hash:net, family: ipv4, entries: [203.0.113.0/24]${more}}\n`;
    const state = stateFolder({ 'a.yaml': document(ns, backend, set(''), [MATCH]) });
    await apply(state);
    writeFiles(state, { 'a.yaml': document(ns, backend, set(', counters: true, maxelem: 100'), [MATCH]) });
    await apply(state);
    expect(savedSets(ns)).toEqual([
      'add fw-blocked 203.0.113.0/24 packets 0 bytes 0',
      'create fw-blocked hash:net family inet maxelem 100 counters',
    ]);
    await expectNoChanges(state);
  });

  test('another type is refused while rules refer to the set, and made when none does', async () => {
    const ns = makeNamespace();
    const set = (type: string) => `  blocked: {type: ${type}, family: ipv4, entries: [203.0.113.1]}\n`;
    const state = stateFolder({ 'a.yaml': document(ns, backend, set('hash:net'), [MATCH]) });
    await apply(state);
    writeFiles(state, { 'a.yaml': document(ns, backend, set('hash:ip'), [MATCH]) });
    await expect(plan(state)).rejects.toMatchObject({
      diagnostics: [{ message: expect.stringContaining('would become a hash:ip') }],
    });
    writeFiles(state, { 'a.yaml': document(ns, backend, set('hash:net'), []) });
    await apply(state);
    writeFiles(state, { 'a.yaml': document(ns, backend, set('hash:ip'), [MATCH]) });
    await apply(state);
    expect(savedSets(ns)).toContain('create fw-blocked hash:ip family inet maxelem 65536');
    await expectNoChanges(state);
  });

  test('a set that is not declared any more goes after the rules that named it; sets of others stay', async () => {
    const ns = makeNamespace();
    const theirs =
      'create f2b-sshd hash:ip timeout 600\nadd f2b-sshd 10.9.9.9 timeout 0\ncreate fwx hash:net\nadd fwx 10.0.0.0/8\n';
    loadSets(ns, theirs);
    const before = savedSets(ns);
    const sets = '  blocked: {type: hash:net, entries: [203.0.113.0/24]}\n';
    const state = stateFolder({
      'a.yaml': document(ns, backend, sets, [MATCH, '-m set --match-set f2b-sshd src -j DROP'], 'family: ipv4\n'),
    });
    await apply(state);
    expect(savedSets(ns)).toEqual(expect.arrayContaining([...before, `create fw-blocked ${INET}`]));
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\nbackend: ${backend}\ntables: {filter: {INPUT: [-j ACCEPT]}}\n` });
    expect(setSteps((await plan(state)).plan)).toMatchObject([{ change: 'destroy' }, { change: 'destroy' }]);
    await apply(state);
    expect(savedSets(ns)).toEqual(before);
    await expectNoChanges(state);
  });

  test('a set that rules of others still name stays until they are gone', async () => {
    const ns = makeNamespace();
    const state = stateFolder({
      'a.yaml': document(ns, backend, '  blocked: {type: hash:net, family: ipv4, entries: []}\n', ['-j ACCEPT']),
    });
    await apply(state);
    load(
      ns,
      backend,
      'ipv4',
      '*filter\n:theirs - [0:0]\n-A theirs -m set --match-set fw-blocked src -j DROP\nCOMMIT\n',
      ['--noflush'],
    );
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\nbackend: ${backend}\ntables: {filter: {INPUT: [-j ACCEPT]}}\n` });
    await apply(state);
    expect(savedSets(ns)).toEqual([`create fw-blocked ${INET}`]);
    load(ns, backend, 'ipv4', '*filter\n-F theirs\nCOMMIT\n', ['--noflush']);
    await apply(state);
    expect(savedSets(ns)).toEqual([]);
  });

  test('exclusive documents name sets as they are', async () => {
    const ns = makeNamespace();
    loadSets(ns, 'create blocked hash:net\nadd blocked 10.0.0.0/8\ncreate other hash:ip\nadd other 10.0.0.1\n');
    const sets = '  blocked: {type: hash:net, family: ipv4, entries: [203.0.113.0/24]}\n';
    const state = stateFolder({ 'a.yaml': document(ns, backend, sets, [MATCH], 'ownership: exclusive\n') });
    await apply(state);
    expect(savedSets(ns)).toEqual([
      'add blocked 203.0.113.0/24',
      'add other 10.0.0.1',
      `create blocked ${INET}`,
      'create other hash:ip family inet maxelem 65536',
    ]);
    expect(saved(ns, backend, 'ipv4')).toContain('-A INPUT -m set --match-set blocked src -j DROP');
    await expectNoChanges(state);
  });

  test('a table that fails brings every set back, entry by entry', async () => {
    const ns = makeNamespace();
    const sets = (entries: string, more = '') =>
      `  blocked: {type: hash:net, comment: true, entries: [${entries}]${more}}\n  old: {type: hash:ip, family: ipv4, entries: [10.1.1.1]}\n`;
    const start = `'10.0.0.0/8 comment "ten"', 192.0.2.0/24, 203.0.113.1, 203.0.113.2, 203.0.113.3, 203.0.113.4, '2001:db8::/32'`;
    const state = stateFolder({
      'a.yaml': document(ns, backend, sets(start), [MATCH, '-m set --match-set old src -j DROP']),
    });
    await apply(state);
    const before = savedSets(ns);
    const rules = FAMILIES.map((family) => saved(ns, backend, family));
    const goals = [
      document(ns, backend, sets(start.replace('ten', 'TEN').replace('192.0.2.0/24', '192.0.3.0/24')), [
        '-j RETURN',
        MATCH,
      ]),
      document(ns, backend, sets('198.51.100.0/24', ', counters: true'), ['-j RETURN', MATCH]),
      document(ns, backend, '  fresh: {type: hash:ip, entries: [10.2.2.2]}\n', [
        '-m set --match-set fresh src -j DROP',
      ]),
    ];
    for (const goal of goals) {
      writeFiles(state, { 'a.yaml': goal });
      const error = await apply(state, realPorts(failing('ipv6'))).catch((thrown: FwError) => thrown);
      expect(error).toMatchObject({ code: 'apply.rolled-back', firewall: 'rolled back and verified' });
      expect(savedSets(ns)).toEqual(before);
      expect(FAMILIES.map((family) => saved(ns, backend, family))).toEqual(rules);
    }
    writeFiles(state, { 'a.yaml': goals[2] ?? '' });
    await apply(state);
    await expectNoChanges(state);
  });

  test('a destroy that fails at the very end brings all back', async () => {
    const ns = makeNamespace();
    const state = stateFolder({
      'a.yaml': document(ns, backend, '  blocked: {type: hash:net, entries: [10.0.0.0/8, 11.0.0.0/8]}\n', [MATCH]),
    });
    await apply(state);
    const before = savedSets(ns);
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\nbackend: ${backend}\ntables: {filter: {INPUT: [-j ACCEPT]}}\n` });
    const ports = realPorts((kernel) => ({
      ...kernel,
      restoreSets: (namespace, text) =>
        kernel.restoreSets(namespace, text.replace(/^destroy fw-blocked-6\n$/, 'destroy nothing\n')),
    }));
    await expect(apply(state, ports)).rejects.toMatchObject({ code: 'apply.rolled-back' });
    expect(savedSets(ns)).toEqual(before);
    expect(saved(ns, backend, 'ipv4')).toContain('--match-set fw-blocked src');
  });

  test('an apply that died after its sets is brought back by recover', async () => {
    const ns = makeNamespace();
    const entries = (list: string) => `  blocked: {type: hash:net, entries: [${list}]}\n`;
    const state = stateFolder({
      'a.yaml': document(ns, backend, entries('10.0.0.0/8, 11.0.0.0/8, 12.0.0.0/8, 13.0.0.0/8, 14.0.0.0/8'), [MATCH]),
    });
    const data = dataFolder();
    await apply(state, realPorts(undefined, data));
    const before = [savedSets(ns), FAMILIES.map((family) => saved(ns, backend, family))];
    for (const goal of [
      entries('10.0.0.0/8, 11.0.0.0/8, 12.0.0.0/8, 192.0.2.0/24, 13.0.0.0/8'),
      entries('192.0.2.0/24, "2001:db8::/32"'),
    ]) {
      writeFiles(state, { 'a.yaml': document(ns, backend, goal, ['-j RETURN', MATCH]) });
      await dieAfterSets(state, data);
      expect(savedSets(ns)).not.toEqual(before[0]);
      const { rolledBack } = await recover(realPorts(undefined, data));
      expect(rolledBack).toHaveLength(1);
      expect([savedSets(ns), FAMILIES.map((family) => saved(ns, backend, family))]).toEqual(before);
    }
  });
});

/** Makes the first commit to a table of this family fail. */
function failing(family: 'ipv4' | 'ipv6'): (kernel: Kernel) => Kernel {
  let isDone = false;
  return (kernel) => ({
    ...kernel,
    restore: (target, text) => {
      if (isDone || target.family !== family) return kernel.restore(target, text);
      isDone = true;
      return kernel.restore(target, text.replace('COMMIT', '-D INPUT 60000\nCOMMIT'));
    },
  });
}

/** Leaves everything as a kill would behind the last set: the journal unfinished, sets changed, one table changed, nothing undone. */
async function dieAfterSets(state: string, data: string): Promise<void> {
  let restores = 0;
  let isDead = false;
  const dead = () => new Promise<never>(() => {});
  const died = new Promise<void>((resolve) => {
    const ports = realPorts(
      (kernel) => ({
        ...kernel,
        restore: (target, text) => {
          restores += 1;
          if (restores < 2 && !isDead) return kernel.restore(target, text);
          isDead = true;
          resolve();
          return dead();
        },
        restoreSets: (namespace, text) => (isDead ? dead() : kernel.restoreSets(namespace, text)),
        holdLegacyLock: async () => ({ release: async () => {} }),
      }),
      data,
    );
    void apply(state, {
      ...ports,
      lock: {
        acquire: async () => ({ release: async () => {} }),
        holder: async () => undefined,
        standing: async () => 'held',
      },
    });
  });
  await died;
}

describe('sets by themselves', () => {
  test('in a set with a time, what others add stays; in one without declared entries, everything does', async () => {
    const ns = makeNamespace();
    const sets = (more: string) =>
      `  bans: {type: hash:ip, family: ipv4, timeout: 600, entries: [10.0.0.1${more}]}\n  open: {type: hash:ip, family: ipv4}\n`;
    const state = stateFolder({ 'a.yaml': document(ns, 'nft', sets(''), []) });
    await apply(state);
    loadSets(ns, 'add fw-bans 10.0.0.2\nadd fw-bans 10.0.0.3 timeout 500\nadd fw-open 10.0.0.4\n');
    await expectNoChanges(state);
    writeFiles(state, { 'a.yaml': document(ns, 'nft', sets(', 10.0.0.2'), []) });
    await apply(state);
    const left = savedSets(ns).map((line) => line.replace(/timeout [1-9]\d*$/, 'timeout some'));
    expect(left).toEqual(
      expect.arrayContaining([
        'add fw-bans 10.0.0.2 timeout 0',
        'add fw-bans 10.0.0.3 timeout some',
        'add fw-open 10.0.0.4',
      ]),
    );
    await expectNoChanges(state);
    writeFiles(state, { 'a.yaml': document(ns, 'nft', sets('').replaceAll('ipv4', 'ipv4, counters: true'), []) });
    await apply(state);
    expect(savedSets(ns).join('\n')).toMatch(
      /add fw-bans 10.0.0.3 timeout \d+ packets 0[\s\S]*add fw-open 10.0.0.4 packets 0/,
    );
    await expectNoChanges(state);
  });

  test('a set that another program fills is as large as that program makes it, to plan, apply and drift', async () => {
    const ns = makeNamespace();
    const sets = (more: string) => `  open: {type: hash:net, family: ipv4${more}}\n`;
    const state = stateFolder({ 'a.yaml': document(ns, 'nft', sets(''), []) });
    const data = dataFolder();
    await apply(state, realPorts(undefined, data));
    const swapped = 'hash:net family inet maxelem 131072 timeout 60 counters comment';
    loadSets(ns, `create t ${swapped}\nadd t 10.0.0.0/8 timeout 0 comment "their own"\nswap t fw-open\ndestroy t\n`);
    await expectNoChanges(state);
    expect(runBuilt(['drift', '--data-dir', data]).status).toBe(0);
    writeFiles(state, { 'a.yaml': document(ns, 'nft', sets(', maxelem: 200000'), []) });
    await apply(state, realPorts(undefined, data));
    expect(savedSets(ns)).toContain(`create fw-open ${swapped.replace('131072', '200000')}`);
    expect(savedSets(ns).join('\n')).toContain('their own');
    await expectNoChanges(state);
  });

  test('entries that ipset refuses are named with their lines, all of them', async () => {
    const ns = makeNamespace();
    const state = stateFolder({
      'a.yaml': document(ns, 'nft', '  blocked: {type: hash:ip, file: lists/b.txt}\n', []),
      'lists/b.txt': '10.0.0.1\n10.0.0.300\n# comment\n10.0.0.2/33\n10.0.0.3\n',
    });
    const error = (await plan(state).catch((thrown: FwError) => thrown)) as FwError;
    expect(error).toMatchObject({ code: 'state.invalid' });
    const text = error.sources.get(`${state}/lists/b.txt`) ?? '';
    expect(error.diagnostics.map(({ span, message }) => [text.slice(span?.start, span?.end), message])).toEqual([
      ['10.0.0.300', 'ipset refuses 10.0.0.300 in set blocked'],
      ['10.0.0.2/33', 'ipset refuses 10.0.0.2/33 in set blocked'],
    ]);
  });

  test('a list of 100,000 lines', async () => {
    const ns = makeNamespace();
    const lines = Array.from({ length: 100_000 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    const state = stateFolder({
      'a.yaml': document(ns, 'nft', '  blocked: {type: hash:ip, family: ipv4, file: b.txt}\n', [MATCH]),
      'b.txt': lines.join('\n'),
    });
    await apply(state);
    await expectNoChanges(state);
    writeFiles(state, { 'b.txt': `${lines.slice(5).join('\n')}\n10.200.0.1\n` });
    expect(setSteps((await plan(state)).plan)).toMatchObject([
      { change: 'update', added: 1, removed: 5, examples: { added: ['10.200.0.1'] } },
    ]);
    await apply(state);
    await expectNoChanges(state);
    expect(inNamespace(ns, 'ipset', ['list', 'fw-blocked', '-terse']).stdout).toContain('Number of entries: 99996');
  });

  test('a namespace made anew in the middle of an apply: recover leaves it alone, and what was kept comes back with its sets', async () => {
    const ns = makeNamespace();
    const sets = (entries: string) => `  blocked: {type: hash:net, family: ipv4, entries: [${entries}]}\n`;
    const state = stateFolder({ 'a.yaml': document(ns, 'nft', sets('10.0.0.0/8, 11.0.0.0/8'), [MATCH]) });
    const data = dataFolder();
    await apply(state, realPorts(undefined, data));
    writeFiles(state, {
      'a.yaml': document(ns, 'nft', sets('192.0.2.0/24, 10.0.0.0/8, 11.0.0.0/8'), ['-j RETURN', MATCH]),
    });
    await dieAfterSets(state, data);
    removeNamespace(ns);
    addNamespace(ns);
    const { rolledBack } = await recover(realPorts(undefined, data));
    expect(rolledBack.flatMap(({ notes }) => notes)).toEqual([expect.stringContaining(`namespace ${ns} was deleted`)]);
    expect(savedSets(ns)).toEqual([]);
    expect(saved(ns, 'nft', 'ipv4')).toBe('');
    await apply(state, realPorts(undefined, data));
    await expectNoChanges(state);
  });
});
