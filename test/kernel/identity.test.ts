import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openKernel } from '../../src/adapters/iptables/kernel.ts';
import { type Backend, FAMILIES, type Namespace } from '../../src/core/rules/types.ts';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { addNamespace, inNamespace, load, makeNamespace, removeNamespace, saved } from '../support/netns.ts';
import { findProcesses, killNow, waitGone, waitUnlocked } from '../support/programs.ts';
import { runBuilt, withoutOtherFolders } from '../support/run-built.ts';
import { savedSets } from '../support/sets.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const named = (name: string): Namespace => ({ kind: 'named', name });

/** Rules that none of fw's applies here makes or would leave. */
const OTHERS =
  '*filter\n:INPUT DROP [3:30]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[7:70] -A INPUT -p tcp -m tcp --dport 25 -j ACCEPT\nCOMMIT\n';

function journalOf(data: string): string {
  const [name = ''] = readdirSync(join(data, 'journal')).filter((one) => !one.startsWith('ended-'));
  return join(data, 'journal', name);
}

/** As if fw had died behind the last write: no watchdog, and no line says how it ended. */
function leaveUnfinished(data: string): void {
  for (const pid of findProcesses('watchdog', data)) {
    killNow(pid);
    waitGone(pid);
  }
  const path = journalOf(data);
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`);
}

function rewriteBegin(data: string, change: (begin: Record<string, unknown>) => Record<string, unknown>): void {
  const path = journalOf(data);
  const [begin = '', ...rest] = readFileSync(path, 'utf8').split('\n');
  const text = JSON.stringify(change(JSON.parse(begin) as Record<string, unknown>));
  writeFileSync(path, [text, ...rest].join('\n'));
}

function makeAnew(name: string): void {
  removeNamespace(name);
  addNamespace(name);
}

describe.each(BACKENDS)('a namespace that is deleted and made anew (%s)', (backend) => {
  const all = (name: string) => FAMILIES.map((family) => saved(name, backend, family, { counters: true }));
  const loadOthers = (name: string) => {
    for (const family of FAMILIES) load(name, backend, family, OTHERS, ['--counters']);
  };

  test('while an apply waits: the watchdog writes nothing into the new one, and says why', () => {
    const site = makeSite(backend);
    expect(site.fw('apply', '--auto-approve', '--confirm', '2s')).toMatchObject({ status: 0 });
    makeAnew(site.name);
    loadOthers(site.name);
    const before = all(site.name);
    site.settled();
    expect(all(site.name)).toEqual(before);
    expect(readFileSync(join(site.data, 'fw.log'), 'utf8')).toContain(
      `namespace ${site.name} was deleted and made anew`,
    );
    expect(site.fw('recover').stdout).toContain('Nothing to recover');
  });

  test('after fw died: recover goes back in the namespaces that are left and in no other', () => {
    const [old, other] = [makeNamespace('old'), makeNamespace('other')];
    for (const name of [old, other]) load(name, backend, 'ipv4', OTHERS, ['--counters']);
    const text = (name: string) =>
      `namespace: ${name}\nbackend: ${backend}\ntables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n`;
    const flags = ['--data-dir', dataFolder()];
    const state = ['--state', stateFolder({ 'a.yaml': text(old), 'b.yaml': text(other) })];
    const before = saved(other, backend, 'ipv4', { counters: true });
    expect(runBuilt(['apply', '--auto-approve', '--confirm', '10m', ...state, ...flags])).toMatchObject({ status: 0 });
    leaveUnfinished(flags[1] ?? '');
    makeAnew(old);
    loadOthers(old);
    const anew = all(old);
    const ran = runBuilt(['recover', ...flags]);
    expect(ran).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`namespace ${old} was deleted and made anew`),
    });
    expect(all(old)).toEqual(anew);
    expect(saved(other, backend, 'ipv4', { counters: true })).toBe(before);
  });

  test('while checks run that start in it, though nothing is written there: everything goes back', () => {
    const other = makeNamespace('from');
    const script = stateFolder({ run: `#!/bin/sh\nip netns del ${other} && ip netns add ${other}\n` });
    execFileSync('chmod', ['700', join(script, 'run')]);
    const name = makeNamespace('written');
    const text = `namespace: ${name}\nbackend: ${backend}\ntables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\nchecks: [{command: [${join(script, 'run')}], from: ${other}}]\n`;
    const flags = ['--state', stateFolder({ 'a.yaml': text }), '--data-dir', dataFolder()];
    const ran = runBuilt(['apply', '--auto-approve', ...flags]);
    expect([ran.status, ran.stderr]).toEqual([
      8,
      expect.stringContaining(`namespace ${other} was deleted and made anew while fw was working`),
    ]);
    expect(saved(name, backend, 'ipv4')).not.toContain('--dport');
  });

  test('while its checks run: everything else goes back, and nothing is reported as applied', () => {
    const site = makeSite(backend);
    const check = stateFolder({ run: `#!/bin/sh\nip netns del ${site.name} && ip netns add ${site.name}\n` });
    execFileSync('chmod', ['700', join(check, 'run')]);
    writeFileSync(
      join(site.state, 'checks.yaml'),
      `namespace: ${site.name}\nchecks: [{command: [${join(check, 'run')}]}]\n`,
    );
    const ran = site.fw('apply', '--auto-approve');
    expect([ran.status, ran.stderr]).toEqual([
      8,
      expect.stringContaining('was deleted and made anew while fw was working'),
    ]);
    expect(ran.stderr).toContain('nothing is written there');
    expect(saved(site.name, backend, 'ipv4')).not.toContain('--dport');
    expect(runBuilt(['history', '--data-dir', site.data]).stdout).not.toMatch(/^\s*1\s/m);
  });

  test('confirmed all the same: what is not there is named', () => {
    const site = makeSite(backend);
    expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    makeAnew(site.name);
    const ran = site.fw('confirm');
    expect(ran).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`namespace ${site.name} was made anew since`),
    });
    site.settled();
  });

  test('then the last generation and a saved plan work in the new one as in the old one', () => {
    const site = makeSite(backend, { fresh: true });
    const planFile = join(stateFolder({}), 'a.fwplan');
    expect(site.fw('plan', '--out', planFile)).toMatchObject({ status: 0 });
    makeAnew(site.name);
    expect(runBuilt(['apply', planFile, '--data-dir', site.data])).toMatchObject({ status: 0 });
    const applied = FAMILIES.map((family) => saved(site.name, backend, family));
    makeAnew(site.name);
    expect(runBuilt(['rollback', '--to', 'last', '--auto-approve', '--data-dir', site.data])).toMatchObject({
      status: 0,
    });
    expect(
      FAMILIES.map((family) =>
        saved(site.name, backend, family)
          .split(/^(?=\*)/m)
          .sort(),
      ),
    ).toEqual(applied.map((text) => text.split(/^(?=\*)/m).sort()));
  });
});

test('the sets of a namespace made anew stay as they are', () => {
  const name = makeNamespace();
  const document = (entries: string) =>
    `namespace: ${name}\nsets:\n  a: {type: hash:ip, family: ipv4, entries: [${entries}]}\ntables: {filter: {INPUT: [-m set --match-set a src -j DROP]}}\n`;
  const data = dataFolder();
  const state = stateFolder({ 'a.yaml': document('10.0.0.1') });
  const flags = ['--state', state, '--data-dir', data];
  expect(runBuilt(['apply', '--auto-approve', ...flags])).toMatchObject({ status: 0 });
  writeFileSync(join(state, 'a.yaml'), document('10.0.0.1, 10.0.0.2'));
  expect(runBuilt(['apply', '--auto-approve', '--confirm', '2s', ...flags])).toMatchObject({ status: 0 });
  makeAnew(name);
  inNamespace(name, 'ipset', ['restore'], 'create fw-a hash:ip family inet\nadd fw-a 10.0.0.2\nadd fw-a 10.0.0.9\n');
  const before = savedSets(name);
  waitUnlocked(data);
  expect(savedSets(name)).toEqual(before);
});

test('a namespace that is deleted while an apply waits lets its interfaces go', async () => {
  const [site, peer] = [makeSite('nft'), makeNamespace('peer')];
  const veth = `v${process.pid}`;
  execFileSync('ip', ['-n', peer, 'link', 'add', veth, 'type', 'veth', 'peer', 'name', 'inside', 'netns', site.name]);
  const monitor = spawn('ip', ['-n', peer, 'monitor', 'link'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    const isGone = new Promise<void>((resolve) => {
      let text = '';
      monitor.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (/Deleted .*v[0-9]+@/.test(text)) resolve();
      });
    });
    removeNamespace(site.name);
    await isGone;
    expect(inNamespace(peer, 'ip', ['link', 'show', veth]).status).not.toBe(0);
  } finally {
    monitor.kill();
    await once(monitor, 'close');
    for (const pid of findProcesses('watchdog', site.data)) killNow(pid);
  }
});

test('a name that leads to the same namespace again is the same, and so is a second name of it', () => {
  const site = makeSite('nft');
  const second = `${site.name}-b`;
  expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
  leaveUnfinished(site.data);
  const { pid = 0, kill } = hold(site.name);
  try {
    execFileSync('ip', ['netns', 'attach', second, String(pid)]);
    execFileSync('ip', ['netns', 'del', site.name]);
    execFileSync('ip', ['netns', 'attach', site.name, String(pid)]);
    expect(site.fw('recover')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolled back and verified'),
    });
    expect(site.isBack()).toBe(true);
  } finally {
    kill();
    execFileSync('ip', ['netns', 'del', second]);
  }
});

/** A process that is in a namespace. */
function hold(name: string) {
  const child = spawn('nsenter', [`--net=/run/netns/${name}`, 'sleep', '600'], { stdio: 'ignore' });
  return { pid: child.pid, kill: () => child.kill() };
}

describe.each(BACKENDS)('`host` of one network namespace, seen from another (%s)', (backend) => {
  const RULES = '*filter\n:INPUT DROP [1:10]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';
  const setUp = () => {
    const [blue, red] = [makeNamespace('blue'), makeNamespace('red')];
    for (const name of [blue, red]) load(name, backend, 'ipv4', RULES, ['--counters']);
    const data = dataFolder();
    const state = stateFolder({
      'a.yaml': `backend: ${backend}\nownership: exclusive\ntables: {filter: {INPUT: {policy: ACCEPT, rules: [-p tcp --dport 22 -j ACCEPT]}}}\n`,
    });
    const fw = (name: string, ...args: string[]) =>
      runBuilt([...args, '--data-dir', data, '--state', state], { through: ['ip', 'netns', 'exec', name] });
    const rules = (name: string) => saved(name, backend, 'ipv4', { counters: true });
    const before = [rules(blue), rules(red)];
    expect(fw(blue, 'apply', '--auto-approve', '--confirm', '10m', '--allow-lockout')).toMatchObject({ status: 0 });
    expect(rules(blue)).not.toBe(before[0]);
    return { blue, red, data, fw, rules, before };
  };

  test('neither recover nor an apply writes there, and each names where to go', () => {
    const { blue, red, data, fw, rules, before } = setUp();
    leaveUnfinished(data);
    for (const words of [['recover'], ['apply', '--auto-approve']]) {
      const ran = fw(red, ...words);
      expect([ran.status, ran.stderr], words.join(' ')).toEqual([7, expect.stringContaining('apply.elsewhere')]);
      expect(ran.stderr).toContain(`ip netns exec ${blue} fw recover`);
      expect(rules(red)).toBe(before[1]);
    }
    expect(fw(red, 'status').stdout).toContain(`ip netns exec ${blue} fw recover`);
    expect(fw(blue, 'recover')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolled back and verified'),
    });
    expect([rules(blue), rules(red)]).toEqual(before);
    expect(fw(red, 'apply', '--auto-approve', '--allow-lockout')).toMatchObject({ status: 0 });
  });

  test('what is advised from elsewhere about one that waits works as it is printed', () => {
    const { blue, red, data, fw } = setUp();
    const reject = `ip netns exec ${blue} fw confirm --reject`;
    for (const words of [
      ['status'],
      ['recover'],
      ['confirm', '--reject'],
      ['rollback', '--auto-approve'],
      ['apply', '--auto-approve'],
    ]) {
      const ran = fw(red, ...words);
      const text = withoutOtherFolders(ran.stdout + ran.stderr).replaceAll(/\s+/g, ' ');
      expect(text, words.join(' ')).toContain(reject);
      // Its watchdog is there, so it is not forgotten.
      expect(text, words.join(' ')).not.toContain('--forget');
      // Nothing that would be refused in this namespace.
      expect(text.replaceAll(`ip netns exec ${blue} fw `, ''), words.join(' ')).not.toMatch(/fw (?:confirm|recover)/);
    }
    expect(fw(blue, 'confirm', '--reject')).toMatchObject({ status: 0 });
    waitUnlocked(data);
  });

  test('what is advised with another data folder works as it is printed', () => {
    const { blue, red, data, fw } = setUp();
    const other = dataFolder();
    const status = (name: string) =>
      runBuilt(['status', '--data-dir', other], { through: ['ip', 'netns', 'exec', name] }).stdout;
    const [, words = ''] = new RegExp(`take it back with (.* --data-dir ${data}), or wait`).exec(status(red)) ?? [];
    expect(words).toBe(`ip netns exec ${blue} fw confirm --reject --data-dir ${data}`);
    expect(status(red)).toContain(`what it made live in the host of namespace ${blue} may go back`);
    expect(status(blue)).toMatch(
      new RegExp(`made live in host may .*\n.*back with fw confirm --reject --data-dir ${data}`),
    );
    expect(fw(blue, 'confirm', '--reject')).toMatchObject({ status: 0 });
    waitUnlocked(data);
  });

  test('the right to confirm it is with those who reach it', () => {
    const { blue, red, data, fw } = setUp();
    const refused = fw(red, 'confirm');
    expect([refused.status, refused.stderr]).toEqual([7, expect.stringContaining(`ip netns exec ${blue} fw confirm`)]);
    expect(fw(red, 'status').stdout).toContain(`ip netns exec ${blue} fw confirm`);
    expect(fw(blue, 'confirm')).toMatchObject({ status: 0 });
    waitUnlocked(data);
  });

  test('what a watchdog still watches is not forgotten from elsewhere: its deadline stays', () => {
    const { blue, red, data, fw, rules, before } = setUp();
    const id = /[0-9TZ]+-[0-9]+/.exec(journalOf(data).split('/').at(-1) ?? '')?.[0] ?? '';
    const refused = fw(red, 'recover', '--forget', id);
    expect([refused.status, refused.stderr]).toEqual([64, expect.stringContaining('its watchdog is there')]);
    expect(fw(blue, 'status').stdout).toContain(`Pending:    ${id} goes back in`);
    expect(fw(blue, 'confirm', '--reject')).toMatchObject({ status: 0 });
    expect(rules(blue)).toBe(before[0]);
    waitUnlocked(data);
  });

  test('a namespace that is gone for good: forgotten by its id, and by no other way', () => {
    const { blue, red, data, fw, rules, before } = setUp();
    leaveUnfinished(data);
    const id = /[0-9TZ]+-[0-9]+/.exec(journalOf(data).split('/').at(-1) ?? '')?.[0] ?? '';
    expect(fw(blue, 'recover', '--forget', id)).toMatchObject({ status: 64 });
    removeNamespace(blue);
    const ran = fw(red, 'recover');
    expect([ran.status, ran.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      7,
      expect.stringContaining(`fw recover --forget ${id} --data-dir ${data}`),
    ]);
    expect(fw(red, 'recover', '--forget', id)).toMatchObject({ status: 0 });
    expect(rules(red)).toBe(before[1]);
    expect(fw(red, 'status').stdout).not.toContain('Unfinished');
    expect(fw(red, 'history').stdout).not.toMatch(/^\s*1\s/m);
    expect(fw(red, 'apply', '--auto-approve', '--allow-lockout')).toMatchObject({ status: 0 });
  });

  test('a journal of an older fw, which noted nothing: only on the word of a human', () => {
    const { blue, data, fw, rules, before } = setUp();
    leaveUnfinished(data);
    rewriteBegin(data, ({ namespaces: _, machine: __, folder: ___, ...old }) => old);
    const ran = fw(blue, 'recover');
    const [, id = ''] = /fw\s+recover\s+--here\s+(\S+)\s+--data-dir/.exec(ran.stderr) ?? [];
    expect(ran.status).toBe(7);
    expect(rules(blue)).not.toBe(before[0]);
    expect(fw(blue, 'recover', '--here', id)).toMatchObject({ status: 0 });
    expect(rules(blue)).toBe(before[0]);
  });

  test('another machine, that shares the data folder', () => {
    const { blue, data, fw, rules, before } = setUp();
    leaveUnfinished(data);
    rewriteBegin(data, (begin) => ({ ...begin, boot: 'another', machine: '0'.repeat(32) }));
    const applied = rules(blue);
    const ran = fw(blue, 'recover');
    expect([ran.status, ran.stderr]).toEqual([7, expect.stringContaining('another machine')]);
    expect(rules(blue)).toBe(applied);
    expect(before[0]).not.toBe(applied);
    expect(fw(blue, 'status').stdout).toContain('Unfinished');
  });
});

describe('namespaces that are held open', () => {
  test('a name stands for what was opened until it is closed, whatever becomes of it', async () => {
    const name = makeNamespace();
    const kernel = openKernel(() => []);
    const target = { namespace: named(name), family: 'ipv4', backend: 'nft' } as const;
    const rules = async () => (await kernel.save([target])[0])?.stdout ?? '';
    load(name, 'nft', 'ipv4', OTHERS);
    const open = kernel.openNamespaces([named(name)]);
    const [first] = await open.identities();
    makeAnew(name);
    expect(await rules()).toContain('--dport 25');
    await kernel.restore(target, '*filter\n-A INPUT -p tcp -m tcp --dport 26 -j ACCEPT\nCOMMIT\n');
    expect(await rules()).toContain('--dport 26');
    open.close();
    expect(await rules()).not.toContain('--dport');
    const again = kernel.openNamespaces([named(name), named('fwt-not-there'), { kind: 'host' }]);
    const [second, none, host] = await again.identities();
    again.close();
    expect(first?.cookie).toMatch(/^[0-9a-f]{16}$/);
    expect(second?.cookie).toMatch(/^[0-9a-f]{16}$/);
    expect(second?.cookie).not.toBe(first?.cookie);
    expect(second?.file).not.toBe(first?.file);
    expect(none).toBeUndefined();
    expect(host).toMatchObject({ namespace: { kind: 'host' }, cookie: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  test('the file tells them apart where a kernel gives no cookie, also when it gives a number again', () => {
    const name = makeNamespace();
    const files = new Set<string>();
    const numbers = new Set<string>();
    const kernel = openKernel(() => []);
    for (let turn = 0; turn < 200 && numbers.size === files.size; turn += 1) {
      makeAnew(name);
      const file = kernel.openNamespaces([named(name)]);
      file.close();
      const text = execFileSync('stat', ['-L', '-c', '%d:%i %z', `/run/netns/${name}`], { encoding: 'utf8' });
      expect(files).not.toContain(text);
      files.add(text);
      numbers.add(text.split(' ')[0] ?? '');
    }
    expect(numbers.size).toBeLessThan(files.size);
  });
});

describe('what is under /run/netns and cannot be used', () => {
  const document = (namespaces: string) =>
    `namespace: ${namespaces}\ntables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n`;

  test('a glob leaves it out with a warning that names it, and a name gets the reason', () => {
    const name = makeNamespace('glob');
    const [dead, odd] = [`${name}-dead`, `${name}-a+b`];
    writeFileSync(`/run/netns/${dead}`, '');
    execFileSync('ip', ['netns', 'add', odd]);
    try {
      const flags = ['--data-dir', dataFolder()];
      const all = stateFolder({ 'a.yaml': document(`"${name}*"`) });
      const planned = runBuilt(['plan', '--state', all, ...flags]);
      expect(planned).toMatchObject({ status: 0, stdout: expect.stringContaining(name) });
      const said = `${planned.stdout}${planned.stderr}`.replace(/\s+/g, ' ');
      expect(said).toContain(`\`${dead}\` under /run/netns out: it is no network namespace`);
      expect(said).toContain(`\`${odd}\` under /run/netns out: fw does not take such a name`);
      expect(runBuilt(['apply', '--auto-approve', '--state', all, ...flags])).toMatchObject({ status: 0 });
      expect(saved(name, 'nft', 'ipv4')).toContain('--dport 80');
      const named = runBuilt(['plan', '--state', stateFolder({ 'a.yaml': document(dead) }), ...flags]);
      expect([named.status, named.stderr]).toEqual([1, expect.stringContaining('is no network namespace')]);
      const snapshot = runBuilt(['snapshot', '--namespace', dead, ...flags]);
      expect([snapshot.status, snapshot.stderr]).toEqual([1, expect.stringContaining('is no network namespace')]);
    } finally {
      rmSync(`/run/netns/${dead}`);
      execFileSync('ip', ['netns', 'del', odd]);
    }
  });

  test('a namespace that is missing: the command that makes it, and with a snapshot the one that takes it', () => {
    const name = makeNamespace();
    const state = stateFolder({ 'a.yaml': document(`${name}x`) });
    const flags = ['--state', state, '--data-dir', dataFolder()];
    expect(runBuilt(['plan', ...flags]).stderr.replace(/\s+/g, ' ')).toContain(`ip netns add ${name}x`);
    const file = join(stateFolder({}), 'live.json');
    writeFileSync(file, runBuilt(['snapshot', '--namespace', name]).stdout);
    expect(runBuilt(['plan', '--live', file, ...flags]).stderr.replace(/\s+/g, ' ')).toContain(
      `fw snapshot --namespace ${name}x`,
    );
  });
});

describe('what an error says of applies that went back before it', () => {
  test('of two, one was made on another machine: the other one is back, and it is said which', () => {
    const [away, here] = [makeSite('nft'), makeSite('nft')];
    for (const site of [away, here]) {
      expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
      leaveUnfinished(site.data);
    }
    rewriteBegin(away.data, (begin) => ({ ...begin, machine: 'f'.repeat(32) }));
    const [left, back] = [basename(journalOf(away.data), '.jsonl'), basename(journalOf(here.data), '.jsonl')];
    copyFileSync(journalOf(away.data), join(here.data, 'journal', `${left}.jsonl`));
    const ran = here.fw('recover');
    expect(ran.stderr).toMatch(
      new RegExp(
        `another machine[\\s\\S]*The apply ${back} of \\S+ had not ended. It is rolled back and verified.[\\s\\S]*The apply ${left} is not.[\\s\\S]*Firewall: in part rolled back and verified`,
      ),
    );
    expect([here.isBack(), away.isBack()]).toEqual([true, false]);
    expect(here.fw('recover').stderr).toContain('Firewall: unchanged.');
  });

  test('an apply that nobody approves has brought an earlier one back first', () => {
    const site = makeSite('nft');
    expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    leaveUnfinished(site.data);
    const ran = site.fw('apply');
    expect(ran.stderr).toMatch(/had not ended. It is rolled back and verified.*\n.*Nothing else was changed/);
    expect(ran.stderr).toContain('Firewall: rolled back and verified.');
    expect(ran.status).toBe(site.fw('apply').status);
    expect(site.isBack()).toBe(true);
  });
});
