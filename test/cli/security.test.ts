import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { pace } from '../support/pace.ts';
import { findProcesses, waitGone } from '../support/programs.ts';
import { type BuiltOptions, runBuilt } from '../support/run-built.ts';
import { writeFiles } from '../support/state-folder.ts';

const OTHER = 4711;
/** A program that hangs, and that no other test run starts. */
const SLEEP = `exec sleep 98765.${process.pid}`;

/** Runs a command and says what it used: seconds of processor time, which do not depend on what else runs, and megabytes of memory. */
const MEASURED = `
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print('used', used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
sys.exit(code)`;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-sec-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));

/** A state in `ROOT/team/state`, for one namespace that is made for the test. */
function state(ns: string, more: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, 'team/state');
  writeFiles(folder, {
    'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: ['-p tcp --dport 22 -j ACCEPT']}}\n`,
    ...more,
  });
  return folder;
}

function fw(words: readonly string[], options: BuiltOptions = {}) {
  return runBuilt([...words, '--data-dir', dataFolder()], options);
}

/** A program of that name in `ROOT/bin`. */
function program(name: string, body: string): string {
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
  return `${root}/bin:${process.env.PATH}`;
}

describe('a state that others may write', () => {
  test.each([
    ['the file', 'team/state/a.yaml', 0o666],
    ['its folder', 'team/state', 0o777],
    ['a folder above', 'team', 0o775],
  ])('root takes no orders when %s may be written by others', (_, path, mode) => {
    const folder = state(makeNamespace());
    chmodSync(join(root, path), mode);
    for (const command of ['plan', 'validate', 'apply']) {
      const ran = fw([command, '--state', folder, ...(command === 'apply' ? ['--auto-approve'] : [])]);
      expect(ran.status, command).toBe(1);
      expect(ran.stderr).toContain('[state.untrusted]');
      expect(ran.stderr.replace(/\s+/g, ' ')).toContain(`chmod go-w ${join(root, path)}`);
      expect(ran.stderr).toContain('Firewall: unchanged.');
    }
    expect(fw(['plan', '--state', folder, '--allow-untrusted-state']).status).toBe(0);
    expect(fw(['plan', '--state', folder], { env: { FW_ALLOW_UNTRUSTED_STATE: '1' } }).status).toBe(0);
    chmodSync(join(root, path), path.endsWith('yaml') ? 0o644 : 0o755);
    expect(fw(['plan', '--state', folder]).status).toBe(0);
  });

  test('the user behind sudo may own it, no other user', () => {
    const folder = state(makeNamespace());
    for (const path of ['team', 'team/state', 'team/state/a.yaml']) chownSync(join(root, path), OTHER, OTHER);
    const refused = fw(['plan', '--state', folder]);
    expect(refused.status).toBe(1);
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain(`chown root ${root}/team`);
    expect(fw(['plan', '--state', folder], { env: { SUDO_UID: String(OTHER) } }).status).toBe(0);
    expect(fw(['plan', '--state', folder], { env: { SUDO_UID: '4712' } }).status).toBe(1);
    expect(fw(['plan', '--state', folder], { env: { SUDO_UID: '0x1267' } }).status).toBe(1);
  });

  test('a relative path and --chdir are looked at from the root, too', () => {
    state(makeNamespace());
    chmodSync(join(root, 'team'), 0o777);
    expect(fw(['plan'], { cwd: join(root, 'team') }).stderr).toContain('[state.untrusted]');
    expect(fw(['plan', '--chdir', join(root, 'team')]).stderr).toContain('[state.untrusted]');
  });

  test('an ordinary user may check any state', () => {
    const folder = state(makeNamespace());
    chmodSync(root, 0o755);
    chmodSync(join(root, 'team'), 0o777);
    const ran = fw(['validate', '--state', folder], {
      through: ['setpriv', `--reuid=${OTHER}`, `--regid=${OTHER}`, '--clear-groups'],
    });
    expect(ran.stderr).not.toContain('state.untrusted');
  });

  test('a service user with the capabilities of fw is as careful as root, and needs no more than those', () => {
    const ns = makeNamespace();
    const folder = state(ns);
    chmodSync(root, 0o755);
    const data = join(root, 'data');
    mkdirSync(data, { mode: 0o700 });
    chownSync(data, OTHER, OTHER);
    const caps = '-all,+net_admin,+sys_admin';
    const user = ['setpriv', `--reuid=${OTHER}`, `--regid=${OTHER}`, '--clear-groups', `--inh-caps=${caps}`];
    const through = [...user, `--ambient-caps=${caps}`, `--bounding-set=${caps}`, '--'];
    const apply = ['apply', '--auto-approve', '--state', folder, '--data-dir', data];
    chmodSync(join(root, 'team'), 0o777);
    expect(runBuilt(apply, { through }).stderr).toContain('[state.untrusted]');
    chmodSync(join(root, 'team'), 0o755);
    expect(runBuilt(apply, { through }).status).toBe(0);
    expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 22');
  });

  test('a saved plan of somebody else is not applied', () => {
    const ns = makeNamespace();
    const plan = join(root, 'plan');
    expect(fw(['plan', '--state', state(ns), '--out', plan]).status).toBe(0);
    expect(statSync(plan).mode & 0o777).toBe(0o600);
    chownSync(plan, OTHER, OTHER);
    const ran = fw(['apply', plan, '--auto-approve']);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('[state.untrusted]');
    expect(saved(ns, 'nft', 'ipv4')).toBe('');
  });
});

describe('what a state may not reach', () => {
  test('a link to a file of root shows nothing of it', () => {
    const secret = join(root, 'secret');
    writeFileSync(secret, 'root:$6$verysecret:19000\n', { mode: 0o600 });
    const folder = state(makeNamespace());
    symlinkSync(secret, join(folder, 'b.yaml'));
    symlinkSync(secret, join(folder, 'c.rules'));
    for (const command of ['plan', 'validate']) {
      const ran = fw([command, '--state', folder, '--debug']);
      expect(ran.status).toBe(1);
      expect(ran.stdout + ran.stderr).not.toContain('verysecret');
      expect(ran.stderr).toContain('leads out of the state');
    }
  });

  test.each(['../../etc', '..', '.', '-x', 'a/b', 'a b', 'a;id', '$(id)', 'a\\nb', 'x'.repeat(300), 'é', ''])(
    'the namespace name %j is refused with its place',
    (name) => {
      const folder = state(makeNamespace(), {
        'b.yaml': `namespace: "${name}"\ntables: {filter: {INPUT: [-j ACCEPT]}}\n`,
      });
      const ran = fw(['plan', '--state', folder]);
      expect(ran.status).toBe(1);
      expect(ran.stderr).toContain('b.yaml:1:');
      expect(ran.stderr).not.toContain('internal.bug');
    },
  );

  test.each(['é', '-x', 'a b', '$(id)'])('so is the folder %j of a .rules file', (name) => {
    const folder = state(makeNamespace(), { [`${name}/ipv4.rules`]: '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n' });
    const ran = fw(['plan', '--state', folder]);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('ipv4.rules');
    expect(ran.stderr).not.toContain('internal.bug');
  });

  test.each([
    ['owner', 'owner: "a b"'],
    ['owner', 'owner: "../x"'],
    ['owner', 'owner: "-x"'],
    ['chain', 'tables: {filter: {"a b": [-j ACCEPT]}}'],
    ['chain', 'tables: {filter: {"-x": [-j ACCEPT]}}'],
    ['chain', 'tables: {filter: {"a\\nCOMMIT": [-j ACCEPT]}}'],
    ['chain', 'tables: {filter: {"a\\e[31m": [-j ACCEPT]}}'],
    ['table', 'tables: {"filter\\nCOMMIT": {INPUT: [-j ACCEPT]}}'],
    ['id', 'tables: {filter: {INPUT: [{rule: -j ACCEPT, id: "a\\nb"}]}}'],
    ['keep', 'ownership: exclusive\nkeep: ["a\\nb"]\ntables: {filter: {"X\\0": [-j ACCEPT]}}'],
  ])('a %s that would be syntax is refused: %j', (_, text) => {
    const ns = makeNamespace();
    const folder = state(ns, { 'a.yaml': `namespace: ${ns}\n${text}\n` });
    const ran = fw(['plan', '--state', folder]);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('a.yaml:');
    expect(ran.stderr).not.toContain('internal.bug');
    expect(hasControls(ran.stdout + ran.stderr)).toBe(false);
  });
});

/** Anything that a terminal would obey, but for line feeds. */
function hasControls(text: string): boolean {
  return /[^\n\P{C}]|[\u2028\u2029]/u.test(text);
}

describe('names that every object has', () => {
  test('names that every object has are names like any other, or refused with their place', () => {
    const ns = makeNamespace();
    const folder = join(root, 'team/state');
    const sets = 'sets:\n  __proto__: {type: hash:ip, entries: [10.0.0.1]}\n  constructor: {type: hash:ip}\n';
    const chains =
      '    __proto__: [-j DROP]\n    constructor: [-m set --match-set constructor src -j DROP]\n    toString: [-j ACCEPT]\n' +
      '    INPUT: [-s $constructor -j constructor, -m set --match-set __proto__ src -j toString, -j __proto__]\n';
    const head = `namespace: ${ns}\nownership: exclusive\nvalues: {constructor: 10.0.0.2}\n`;
    writeFiles(folder, { 'a.yaml': `${head}${sets}tables:\n  filter:\n${chains}` });
    const data = ['--data-dir', dataFolder()];
    const run = (...words: string[]) => runBuilt([...words, ...data], { cwd: root });
    const plan = join(root, 'plan');
    expect(run('plan', '--state', folder, '--out', plan).status).toBe(0);
    expect(run('apply', plan, '--auto-approve').status).toBe(0);
    const live = saved(ns, 'nft', 'ipv4')
      .split('\n')
      .filter((line) => line.startsWith('-A'));
    expect(live).toEqual([
      '-A INPUT -s 10.0.0.2/32 -j constructor',
      '-A INPUT -m set --match-set __proto__ src -j toString',
      '-A INPUT -j __proto__',
      '-A __proto__ -j DROP',
      '-A constructor -m set --match-set constructor src -j DROP',
      '-A toString -j ACCEPT',
    ]);
    expect(run('plan', '--detailed-exitcode', '--state', folder).status).toBe(0);
    expect(run('drift').status).toBe(0);
    expect(run('blame', `${ns}/ipv4/filter/__proto__`).stdout).toContain('a.yaml:9');

    const refused = {
      'a.yaml': `${head.replace('constructor', '__proto__')}tables: {__proto__: {}, filter: {INPUT: [-s $valueOf -j DROP]}}\n`,
    };
    writeFiles(folder, refused);
    const ran = run('plan', '--state', folder);
    expect(ran.status).toBe(1);
    for (const code of ['state.value', 'state.unknown-table', 'state.unknown-value'])
      expect(ran.stderr).toContain(`[${code}]`);
    expect(
      saved(ns, 'nft', 'ipv4')
        .split('\n')
        .filter((line) => line.startsWith('-A')),
    ).toEqual(live);
  });
});

describe('what a terminal gets', () => {
  test('live rules and rules of the state that hold escape sequences are shown, not obeyed', () => {
    const ns = makeNamespace();
    const comment = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202edrop';
    expect(inNamespace(ns, 'iptables-nft', ['-A', 'INPUT', '-m', 'comment', '--comment', comment]).status).toBe(0);
    const folder = state(ns, {
      'a.yaml': `namespace: ${ns}\nownership: exclusive\ntables: {filter: {INPUT: ['-p tcp --dport 22 -j ACCEPT']}}\n`,
    });
    const shown = fw(['plan', '--state', folder]);
    expect(shown.stdout).toContain('owned');
    expect(hasControls(shown.stdout + shown.stderr)).toBe(false);
    const json = fw(['plan', '--state', folder, '--json']);
    expect(json.stdout).not.toContain('\x1b');
    writeFiles(folder, { 'b.yaml': `tables: {filter: {INPUT: ["-m comment --comment \\"${comment}\\""]}}\n` });
    const refused = fw(['plan', '--state', folder]);
    expect(refused.status).toBe(1);
    expect(hasControls(refused.stdout + refused.stderr)).toBe(false);
  });

  test('arguments with escape sequences are not printed back as they are', () => {
    for (const words of [
      ['plan', '--state', '\x1b[31mx'],
      ['pl\x1b[2Jan'],
      ['plan', '--\x1b[2J'],
      ['plan', '--chdir', '\x1b[2J'],
    ]) {
      const ran = fw(words);
      expect(ran.status).not.toBe(0);
      expect(hasControls(ran.stdout + ran.stderr), JSON.stringify(words)).toBe(false);
    }
  });
});

describe('programs that misbehave', () => {
  test.each([
    ['iptables-nft-save', SLEEP, 'kernel.timeout'],
    ['nsenter', SLEEP, 'kernel.timeout'],
    ['perl', SLEEP, 'kernel.timeout'],
    ['iptables-nft-restore', SLEEP, 'kernel.timeout'],
    ['iptables-nft-save', 'exec cat /dev/zero', 'live.unreadable'],
    ['iptables-nft-restore', 'exec cat /dev/zero', 'kernel.timeout'],
    ['unshare', SLEEP, 'env.no-scratch'],
  ])('%s that does %s ends the run with a clear error', (name, body, code) => {
    // With several namespaces one program enters them all.
    const names = [makeNamespace(), ...(name === 'perl' ? [makeNamespace()] : [])];
    const path = program(name, body);
    // What ends by its size is given the time to reach it.
    const timeout = code === 'live.unreadable' ? '60s' : '2s';
    const ran = fw(['plan', '--state', state(`[${names.join(', ')}]`)], { env: { PATH: path, FW_TIMEOUT: timeout } });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain(`[${code}]`);
    expect(ran.stderr).toContain('Firewall: unchanged.');
    // They were killed; a moment later they are gone.
    for (const pid of findProcesses(SLEEP.slice('exec '.length))) waitGone(pid);
  });

  test('a perl that hangs over the netlink dump costs its time once, and nft lists instead', () => {
    const ns = makeNamespace();
    inNamespace(ns, 'iptables-nft', ['-A', 'INPUT', '-p', 'udp', '-j', 'DROP']);
    const hung = join(root, 'hung');
    const path = program(
      'perl',
      `case "$2" in *dump_target*) echo >> ${hung}; ${SLEEP} ;; esac; exec /usr/bin/perl "$@"`,
    );
    const words = ['apply', '--auto-approve', '--state', state(ns)];
    expect(fw(words, { env: { PATH: path, FW_TIMEOUT: pace(2).flag } })).toMatchObject({ status: 0 });
    // What is live and what is loaded are asked side by side.
    expect(readFileSync(hung, 'utf8').length).toBeLessThanOrEqual(2);
  });

  test('an unshare that leaves fw where it is gets nothing loaded there', () => {
    const ns = makeNamespace();
    inNamespace(ns, 'iptables-nft', ['-A', 'INPUT', '-p', 'udp', '-j', 'DROP']);
    const before = saved(ns, 'nft', 'ipv4', { counters: true });
    // A wrapper that waits for the real one: the number that fw sees is the wrapper's, and so is its namespace.
    const path = program('unshare', '/usr/bin/unshare "$@"; exit 0');
    const folder = state('host');
    const ran = fw(['plan', '--state', folder], {
      env: { PATH: path },
      through: ['nsenter', `--net=/run/netns/${ns}`],
    });
    expect(ran.stderr).toContain('unshare did not make a namespace of its own');
    expect(ran.stderr).toContain('[env.no-scratch]');
    expect(ran.status).toBe(1);
    expect(saved(ns, 'nft', 'ipv4', { counters: true })).toBe(before);
  });

  test('a program in a folder that others may write is not started as root', () => {
    const path = program('iptables-nft-save', `touch ${root}/ran; exit 1`);
    chmodSync(join(root, 'bin'), 0o777);
    expect(fw(['plan', '--state', state(makeNamespace())], { env: { PATH: path } }).status).toBe(0);
    expect(spawnSync('ls', [root], { encoding: 'utf8' }).stdout).not.toContain('ran');
  });

  test('the environment of the user who starts fw does not reach iptables', () => {
    const marker = join(root, 'lib');
    mkdirSync(marker);
    const env = { XTABLES_LIBDIR: marker, IPTABLES_LIB_DIR: marker, XTABLES_LOCKFILE: '/etc/passwd', HOME: marker };
    expect(fw(['plan', '--state', state(makeNamespace())], { env }).status).toBe(0);
  });
});

describe('too much', () => {
  test('a file of 100 MB is refused at once and without its weight in memory', () => {
    const folder = state(makeNamespace());
    spawnSync('truncate', ['-s', '100M', join(folder, 'b.yaml')]);
    const ran = fw(['validate', '--state', folder], {
      through: ['/usr/bin/env', 'bash', '-c', 'ulimit -v 8000000; exec "$@"', '-'],
    });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('b.yaml is larger than 64 MB');
  });

  test('100 MB of documents are refused within 10 s and 500 MB, with the limit named', () => {
    const rule = `      - -s 10.0.0.1/32 -p tcp -m tcp --dport 22 -m comment --comment ${'customer'.repeat(5)} -j ACCEPT\n`;
    const text = `tables:\n  filter:\n    INPUT:\n${rule.repeat(80_000)}`;
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`part-${index}.yaml`, text]));
    const folder = state(makeNamespace(), files);
    const ran = fw(['plan', '--state', folder], { through: ['python3', '-c', MEASURED] });
    expect(ran.stderr).toContain('more than 250000 rules');
    const [seconds = Number.NaN, megabytes = Number.NaN] = (ran.stderr.split('used ').at(-1) ?? '')
      .split(' ')
      .map(Number);
    expect(seconds).toBeLessThan(10);
    expect(megabytes).toBeLessThan(500);
  });

  test('more than 250,000 rules are refused', () => {
    const ns = makeNamespace();
    const lines = Array.from({ length: 250_001 }, (_, index) => `-A INPUT -p tcp --dport ${index % 65536} -j DROP\n`);
    const folder = state(ns, { [`${ns}/ipv4.rules`]: `*filter\n${lines.join('')}COMMIT\n` });
    const ran = fw(['validate', '--state', folder]);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('more than 250000 rules');
  });
});
