import { describe, expect, test } from 'vitest';
import { load, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { loadSets } from '../support/sets.ts';
import { stateFolder } from '../support/state-folder.ts';

function document(namespace: string, rule: string, more: object = {}): string {
  return JSON.stringify({ namespace, tables: { filter: { INPUT: [rule] } }, ...more });
}

/** Exit numbers of validate and plan, and what validate says. */
function both(files: Readonly<Record<string, string>>) {
  const state = stateFolder(files);
  const [valid, planned] = ['validate', 'plan'].map((command) => runBuilt([command, '--state', state]));
  return { exits: [valid?.status, planned?.status], said: `${valid?.stdout}${valid?.stderr}` };
}

describe('validate is as strict as plan about a namespace that is here', () => {
  test.each([
    ['-j ACEPT', 'Did you mean ACCEPT?'],
    ['-g nowhere', '"nowhere" is no target of iptables and no chain of table filter'],
    ['-m set --match-set absent src -j DROP', "Set absent doesn't exist"],
  ])('%s', (rule, words) => {
    const { exits, said } = both({ 'a.yaml': document(makeNamespace(), rule) });
    expect(exits).toEqual([1, 1]);
    expect(said).toContain(words);
  });

  test('chains and sets of other programs that are there count', () => {
    const ns = makeNamespace();
    for (const family of ['ipv4', 'ipv6'] as const)
      load(ns, 'nft', family, '*filter\n:theirs - [0:0]\n-A theirs -j RETURN\nCOMMIT\n');
    loadSets(ns, 'create open hash:ip family inet\n');
    expect(both({ 'a.yaml': document(ns, '-j theirs') }).exits).toEqual([0, 0]);
    const rule = { rule: '-m set --match-set open src -j DROP', family: 'ipv4' };
    const state = JSON.stringify({ namespace: ns, tables: { filter: { INPUT: [rule] } } });
    expect(both({ 'a.yaml': state }).exits).toEqual([0, 0]);
  });

  test('of a namespace that is elsewhere they are a warning, and what was not loaded is not reported as loaded', () => {
    const state = stateFolder({
      'a.yaml': JSON.stringify({
        namespace: 'fwt-elsewhere',
        sets: { blocked: { type: 'hash:net' } },
        tables: { filter: { INPUT: ['-j theirs', '-m set --match-set bloked src -j DROP'] } },
      }),
    });
    const { status, stdout } = runBuilt(['validate', '--state', state]);
    expect(status).toBe(0);
    expect(stdout).toContain('state.foreign-jump');
    expect(stdout).toContain('Did you mean blocked?');
    expect(stdout).toContain('every rule but 1 was loaded');
  });

  test('in a file of rules no chain of another program can be', () => {
    const { exits, said } = both({ 'fwt-elsewhere/ipv4.rules': '*filter\n-A INPUT -j KUBE-FIREWALL\nCOMMIT\n' });
    expect(exits[0]).toBe(1);
    expect(said).toContain('state.unknown-target');
  });

  test('a set is refused for itself, and the rules that name it are not blamed', () => {
    const sets = { bad: { type: 'hash:net', entries: ['10.0.0.0/33', '10.1.0.0/16'] } };
    const { exits, said } = both({
      'a.yaml': document(makeNamespace(), '-m set --match-set bad src -j DROP', { sets }),
    });
    expect(exits).toEqual([1, 1]);
    expect(said).toContain('10.0.0.0/33');
    expect(said).not.toContain("doesn't exist");
  });

  test('a rule of the wrong side stands beside what the kernel refuses', () => {
    const { exits, said } = both({
      'a.yaml': JSON.stringify({
        namespace: makeNamespace(),
        tables: { filter: { OUTPUT: ['-i eth0 -j DROP'], INPUT: ['-p nosuch -j DROP'] } },
      }),
    });
    expect(exits).toEqual([1, 1]);
    expect(said).toContain('state.interface');
    expect(said).toContain('kernel.rejected');
  });
});

test('a saved plan shows what was warned of, with its place, in every format of a review', () => {
  const folder = stateFolder({ 'a.yaml': document(makeNamespace(), '-i eth0:1 -j DROP') });
  const file = `${folder}/a.fwplan`;
  expect(runBuilt(['plan', '--state', folder, '--out', file]).status).toBe(0);
  const show = (format: string) => runBuilt(['show', file, '--format', format]).stdout;
  expect(runBuilt(['show', file]).stdout).toMatch(
    /Warning: `-i eth0:1` never matches.*\[state.never-matches\] .*a.yaml:1:\d+/,
  );
  expect(show('github')).toMatch(/^::warning file=.*a.yaml,line=1,col=\d+,title=state.never-matches::/m);
  expect(show('sarif')).toContain('"ruleId":"state.never-matches"');
  expect(show('markdown')).toContain('**Warning**');
  expect(JSON.parse(show('json')).diagnostics).toMatchObject([{ code: 'state.never-matches', range: {} }]);
  expect(runBuilt(['apply', file]).status).toBe(0);
});

describe('capabilities', () => {
  const without = (name: string) => ['setpriv', '--bounding-set', `-${name}`, '--inh-caps', `-${name}`];

  test.each(['net_admin', 'sys_admin'])('plan without CAP_%s names it and exits with 77', (name) => {
    const state = stateFolder({ 'a.yaml': document('host', '-p tcp --dport 22 -j ACCEPT') });
    const { status, stderr } = runBuilt(['plan', '--state', state], {
      through: ['unshare', '--net', ...without(name)],
    });
    expect(status).toBe(77);
    expect(stderr).toContain(`CAP_${name.toUpperCase()}`);
    expect(stderr).not.toMatch(/Run as root\.?\n/);
  });

  test('validate without either checks what it can', () => {
    const state = stateFolder({ 'a.yaml': document('host', '-p tcp --dport 22 -j ACCEPT') });
    for (const name of ['net_admin', 'sys_admin'])
      expect(runBuilt(['validate', '--state', state], { through: without(name) }).status).toBe(0);
  });
});
