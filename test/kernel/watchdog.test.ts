import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { preloaded, untilBack } from '../support/disk-machine.ts';
import { drive, FIRST_RESTORE, paused, resume, waitReached } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { ownDist } from '../support/own-dist.ts';
import { pace } from '../support/pace.ts';
import { findProcesses, killWatchdog, waitGone } from '../support/programs.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const FAKETIME = fileURLToPath(new URL('../../node_modules/.cache/faketime/libfaketime.so.1', import.meta.url));

/** On a loaded machine fw says on stderr what it is at. */
const ONLY_PROGRESS = expect.stringMatching(/^(fw: .*\n)*$/);

function log(data: string): string {
  return readFileSync(join(data, 'fw.log'), 'utf8');
}

/** The last journal of a data folder, as it stands. */
function status(site: ReturnType<typeof makeSite>): {
  pending: { id: string; deadline: string; seconds_left: number; watched: boolean }[];
} {
  return JSON.parse(site.fw('status', '--json').stdout) as never;
}

describe('what the watchdog needs is in its memory', () => {
  test('fw is taken away and iptables is replaced while the apply waits', async () => {
    const site = makeSite('nft');
    const { built, takeAway } = ownDist();
    const programs = join(stateFolder({}), 'bin');
    mkdirSync(programs);
    const multi = spawnSync('realpath', ['/usr/sbin/iptables-nft-restore'], { encoding: 'utf8' }).stdout.trim();
    const names = ['iptables', 'ip6tables'].flatMap((name) => [`${name}-nft-save`, `${name}-nft-restore`]);
    for (const name of names) symlinkSync(multi, join(programs, name));
    const applied = spawnSync(process.execPath, [built, ...site.apply, '--confirm', '2s'], {
      encoding: 'utf8',
      env: { PATH: `${programs}:${process.env.PATH}`, LANG: 'C.UTF-8' },
    });
    expect(applied).toMatchObject({ status: 0, stderr: ONLY_PROGRESS });
    takeAway();
    rmSync(programs, { recursive: true });
    await untilBack(site, 'without dist');
    site.settled();
    expect(log(site.data)).toMatch(/was not confirmed in time: it is rolled back and verified\n$/);
  });

  test('it tries again until the way back can be gone, and tells once', async () => {
    const site = makeSite('nft');
    const programs = stateFolder({ broken: '' });
    const broken = join(programs, 'broken');
    const script = `#!/bin/sh\n[ -e '${broken}' ] && exit 4\nexec /usr/sbin/iptables-nft-restore "$@"\n`;
    writeFileSync(join(programs, 'iptables-nft-restore'), script, { mode: 0o755 });
    rmSync(broken);
    const env = { PATH: `${programs}:${process.env.PATH}` };
    expect(runBuilt([...site.apply, '--confirm', '2s'], { env })).toMatchObject({ status: 0 });
    writeFileSync(broken, '');
    for (let times = 0; times < 300 && !existsSync(join(site.data, 'fw.log')); times += 1) await sleep(50);
    expect(site.isBack()).toBe(false);
    rmSync(broken);
    await untilBack(site, 'after a try that failed');
    site.settled();
    expect(log(site.data)).toMatch(/is NOT back: .*PAGE A HUMAN\n(?:.*\n)*.*is rolled back and verified\n$/);
  });
});

describe('a watchdog that is gone', () => {
  const checked = (site: ReturnType<typeof makeSite>) => {
    const [document = ''] = [readFileSync(join(site.state, 'a.yaml'), 'utf8')];
    writeFiles(site.state, { 'a.yaml': `${document}checks:\n  - command: [/bin/true]\n` });
  };

  test('while the checks run is replaced', async () => {
    const site = makeSite('nft');
    checked(site);
    const run = drive([...site.apply, '--confirm', pace(3).flag], '^spawn .*/bin/true');
    await run.reached;
    killWatchdog(site.data);
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0 });
    expect(status(site).pending).toMatchObject([{ watched: true }]);
    await untilBack(site, 'by the second watchdog');
    site.settled();
  });

  test('and cannot be replaced: everything goes back, and nothing says that it would go back by itself', async () => {
    const site = makeSite('nft');
    checked(site);
    const { built, takeAway } = ownDist();
    const { pipes, env } = paused('^spawn .*/bin/true');
    const words = preloaded().map((word) => (word === BUILT ? built : word));
    const fw = spawn(process.execPath, [...words, ...site.apply, '--confirm', '10m'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = outputOf(fw);
    await waitReached(pipes);
    killWatchdog(site.data);
    takeAway();
    await resume(pipes);
    const [exit] = await once(fw, 'close');
    expect([exit, said()]).toEqual([8, expect.stringMatching(/watchdog[\s\S]*rolled back and verified/)]);
    expect(said()).not.toContain('Goes back by itself');
    expect(site.isBack()).toBe(true);
  });

  test('is not said to be gone where flock(1) fails, nor is fw said to be at rest', () => {
    const site = makeSite('nft');
    expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    const script = '#!/bin/sh\necho "flock: No locks available" >&2\nexit 71\n';
    const programs = stateFolder({ flock: script });
    chmodSync(join(programs, 'flock'), 0o755);
    const env = { PATH: `${programs}:${process.env.PATH}` };
    const ask = (...args: readonly string[]) => runBuilt(['status', '--data-dir', site.data, ...args], { env }).stdout;
    expect(ask()).toMatch(/At work: +not known: flock\(1\) fails \(flock: No locks available\)/);
    expect(ask()).toContain('whether its watchdog is there is not known');
    expect(JSON.parse(ask('--json'))).toMatchObject({ pending: [{ watched: null }], unfinished: [] });
    expect(site.fw('confirm', '--reject')).toMatchObject({ status: 0 });
    site.settled();
  });

  test('while the apply waits: status and plan say so, and fw recover gives it another', async () => {
    const site = makeSite('nft');
    expect(site.fw('apply', '--auto-approve', '--confirm', pace(8).flag)).toMatchObject({ status: 0 });
    expect(status(site).pending).toMatchObject([{ watched: true }]);
    expect(site.fw('status').stdout).not.toContain('nobody would');
    killWatchdog(site.data);
    expect(status(site).pending).toMatchObject([{ watched: false }]);
    expect(site.fw('status').stdout).toMatch(/Pending: .*nobody would bring it back.*fw recover/);
    expect(site.fw('plan').stderr).toMatch(/its watchdog is gone.*fw recover/);
    expect(site.fw('recover').stdout).toContain('has a watchdog again');
    expect(status(site).pending).toMatchObject([{ watched: true }]);
    expect(site.fw('recover').stdout).toContain('its watchdog is there');
    await untilBack(site, 'by the second watchdog');
    site.settled();
  });

  test('when the time is over: status and plan say so, and the next apply brings it back first', async () => {
    const site = makeSite('nft');
    site.fw('apply', '--auto-approve', '--confirm', '1s');
    killWatchdog(site.data);
    await sleep(1100);
    if (site.isBack()) return;
    expect(site.fw('status').stdout).toMatch(/Unfinished: .* was not confirmed in time and is not back.*fw recover/);
    expect(site.fw('plan').stderr).toMatch(/was not confirmed in time and is not back.*fw recover/);
    expect(site.fw('apply', '--auto-approve').stdout).toContain('It is rolled back and verified');
  });
});

test('the kernel ends the watchdog last when memory runs out', () => {
  const site = makeSite('nft');
  // Where this is a container without CAP_SYS_RESOURCE, zero is as low as a process may go.
  const may =
    spawnSync('sh', ['-c', 'echo -1000 2>/dev/null >/proc/self/oom_score_adj'], { stdio: 'ignore' }).status === 0;
  expect(runBuilt([...site.apply, '--confirm', '10m'], { through: ['choom', '-n', '500', '--'] })).toMatchObject({
    status: 0,
  });
  const [pid] = findProcesses('watchdog', site.data);
  expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()).toBe(may ? '-1000' : '0');
  expect(site.fw('confirm', '--reject')).toMatchObject({ status: 0 });
  site.settled();
});

describe('the wall clock decides nothing', () => {
  const at = (offset: string) => ({ LD_PRELOAD: FAKETIME, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' });

  test.each(['-1h', '+1h'])('%s when the apply began', async (offset) => {
    const site = makeSite('nft');
    const { flag, seconds } = pace(3);
    const applied = runBuilt([...site.apply, '--confirm', flag], { env: at(offset) });
    expect(applied).toMatchObject({ status: 0 });
    const [{ id, seconds_left, deadline } = { id: '', seconds_left: -1, deadline: '' }] = status(site).pending;
    // The time that the journal has is an hour away; what is shown is by the clock as it is now.
    expect(readFileSync(join(site.data, 'journal', `${id}.jsonl`), 'utf8')).not.toContain(deadline);
    expect(Math.abs(Date.parse(deadline) - Date.now())).toBeLessThan(600_000);
    expect(seconds_left).toBeGreaterThan(0);
    expect(seconds_left).toBeLessThanOrEqual(seconds);
    await untilBack(site, offset);
    site.settled();
  });

  test.each(['-1h', '+1h'])('%s for commands that look and for the watchdog', async (offset) => {
    const site = makeSite('nft');
    const { flag, seconds } = pace(5);
    site.fw('apply', '--auto-approve', '--confirm', flag);
    const [{ id } = { id: '' }] = status(site).pending;
    killWatchdog(site.data);
    const looked = runBuilt(['status', ...site.flags], { env: at(offset) });
    const [, due] = /Pending: .* is due in (\d+) s/.exec(looked.stdout) ?? [];
    expect(Number(due), looked.stdout).toBeGreaterThan(0);
    expect(Number(due)).toBeLessThanOrEqual(seconds);
    const watchdog = spawn(process.execPath, [BUILT, 'watchdog', '--data-dir', site.data, '--journal', id], {
      env: { PATH: process.env.PATH ?? '', ...at(offset) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(watchdog, 'exit');
    await once(watchdog.stdout as NonNullable<typeof watchdog.stdout>, 'data');
    expect(status(site).pending).toMatchObject([{ watched: true }]);
    await untilBack(site, offset);
    expect(await ended).toEqual([0, null]);
  });
});

describe('fw that is stopped with rules live that are not proven', () => {
  test('SIGSTOP: it is killed after a while, and everything goes back', async () => {
    const site = makeSite('nft');
    const run = drive([...site.apply, '--confirm', '5s'], FIRST_RESTORE);
    await run.reached;
    process.kill(run.pid, 'SIGSTOP');
    await run.resume();
    expect(await run.ended).toMatchObject({ status: null, signal: 'SIGKILL' });
    site.settled();
    expect(site.isBack()).toBe(true);
    expect(log(site.data)).toMatch(/pid \d+, was stopped for 5 s .*: it is killed\n(?:.*\n)*.*died half-way/);
  });

  test('SIGTSTP, which is Ctrl-Z, does not stop it', async () => {
    const site = makeSite('nft');
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    process.kill(run.pid, 'SIGTSTP');
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0 });
    site.settled();
  });
});

describe('a pending apply that is rejected', () => {
  test('fw rollback takes it back and does nothing more; with a target it is refused', () => {
    const site = makeSite('nft');
    site.fw('apply', '--auto-approve', '--confirm', '10m');
    expect(site.fw('rollback', '1', '--auto-approve').status).not.toBe(0);
    expect(site.isBack()).toBe(false);
    expect(site.fw('rollback')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolled back and verified (rejected)'),
    });
    expect(site.isBack()).toBe(true);
    site.settled();
    expect(site.fw('history').stdout).toContain('rejected');
    expect(site.fw('confirm')).toMatchObject({ status: 1 });
  });

  test('at the very moment of its deadline: both report the same end', async () => {
    const site = makeSite('nft');
    const { flag, seconds } = pace(2);
    site.fw('apply', '--auto-approve', '--confirm', flag);
    const holder = spawn('flock', [join(site.data, 'lock'), 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    holder.stdin.write('locked\n');
    await once(holder.stdout, 'data');
    await sleep(seconds * 1000 + 200);
    const rejecting = spawn(process.execPath, [BUILT, 'confirm', '--reject', ...site.flags], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = outputOf(rejecting);
    await sleep(500);
    holder.stdin.end();
    const [exit] = await once(rejecting, 'close');
    expect([exit, said()]).toEqual([0, expect.stringContaining('is rolled back and verified (not confirmed)')]);
    site.settled();
    expect(site.isBack()).toBe(true);
  });
});

function outputOf(child: ChildProcess): () => string {
  let text = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (data) => {
      text += String(data);
    });
  }
  return () => text;
}

describe('with few file handles', () => {
  test.each([20, 24, 28, 32, 36])('ulimit -n %i: nothing is changed, and the error says so', (limit) => {
    const site = makeSite('nft');
    const script = `ulimit -n ${limit}; exec "$@"`;
    const ran = spawnSync('bash', ['-c', script, 'bash', process.execPath, BUILT, ...site.apply], { encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('Firewall: unchanged') });
    expect(ran.stderr).toContain('ulimit -n');
    expect(site.all()).toEqual(site.before);
  });
});

/** A machine in which process 1 is ours and says that systemd runs: a unit is where fw is. */
const MACHINE =
  'mount -t tmpfs tmpfs /run/systemd 2>/dev/null || { mkdir -p /run/systemd; mount -t tmpfs tmpfs /run/systemd; }; mkdir /run/systemd/system; exec sh -euc "$@"';

/** Writes the unit that it is asked for, has systemd look at it, and does with it what Restart=on-failure says. */
const SYSTEMD_RUN = (folder: string) => `#!/bin/sh
FOLDER='${folder}'
unit="$FOLDER/fw-watchdog.service"
echo '[Unit]' >"$unit"
for word; do case "$word" in --property=StartLimit*|--property=IgnoreOnIsolate*|--property=RefuseManualStop*) echo "\${word#--property=}" >>"$unit";; --) break;; esac; done
printf '[Service]\\nType=notify\\n' >>"$unit"
while [ "$1" != -- ]; do
  case "$1" in --property=StartLimit*|--property=IgnoreOnIsolate*|--property=RefuseManualStop*) ;; --property=*) echo "\${1#--property=}" >>"$unit";; esac
  shift
done
shift
# The manager replaces variables in the words of a command of a bus message, and specifiers it leaves alone.
for word; do
  word=$(printf '%s' "$word" | sed 's/[$][$]/\\x01/g; s/[$][{]*[A-Za-z_]*[}]*//g; s/\\x01/$/g')
  set -- "$@" "$word"
  shift
done
echo "ExecStart=$*" >>"$unit"
systemd-analyze verify "$unit" >"$FOLDER/verified" 2>&1; echo "verify $?" >>"$FOLDER/verified"
mkfifo "$FOLDER/ready"
(
  "$@" >"$FOLDER/ready" 2>&1 &
  echo $! >"$FOLDER/pid"
  until wait $!; do
    grep -q '^Restart=on-failure' "$unit" || break
    "$@" >"$FOLDER/again" 2>&1 &
    echo $! >"$FOLDER/pid"
  done
) >/dev/null 2>&1 </dev/null &
read line <"$FOLDER/ready"
`;

test('under systemd it is a unit that is started again when it is killed', () => {
  const site = makeSite('nft');
  const folder = stateFolder({});
  writeFileSync(join(folder, 'systemd-run'), SYSTEMD_RUN(folder), { mode: 0o755 });
  const script = `
    "$@" --confirm 4s
    kill -9 "$(cat "$FOLDER/pid")"
    until [ -s "$FOLDER/again" ]; do sleep 0.05; done
    tail --pid "$(cat "$FOLDER/pid")" -f /dev/null
  `;
  const ran = runUnderSystemd(folder, script, site.apply);
  expect(ran).toMatchObject({ status: 0, stderr: ONLY_PROGRESS });
  expect(site.isBack()).toBe(true);
  const unit = readFileSync(join(folder, 'fw-watchdog.service'), 'utf8');
  expect(unit.split('\n')).toEqual(
    expect.arrayContaining([
      'Restart=on-failure',
      'StartLimitIntervalSec=0',
      'OOMScoreAdjust=-1000',
      'Slice=system.slice',
      'RefuseManualStop=yes',
    ]),
  );
  expect(readFileSync(join(folder, 'verified'), 'utf8')).toMatch(/verify 0\n$/);
});

test('under systemd a data folder may have any name', () => {
  const site = makeSite('nft');
  const folder = stateFolder({});
  writeFileSync(join(folder, 'systemd-run'), SYSTEMD_RUN(folder), { mode: 0o755 });
  const data = join(site.data, `$PATH $\{HOME} $$ %n ' \n;`);
  const script = '"$@" --confirm 1s; tail --pid "$(cat "$FOLDER/pid")" -f /dev/null';
  const ran = runUnderSystemd(folder, script, ['apply', '--auto-approve', '--state', site.state, '--data-dir', data]);
  expect(ran).toMatchObject({ status: 0, stderr: ONLY_PROGRESS });
  expect(site.isBack()).toBe(true);
  expect(readFileSync(join(data, 'fw.log'), 'utf8')).toContain('it is rolled back and verified');
});

test('under a systemd that starts nothing and says that it did, nothing is applied, and no apply is called watched', () => {
  const site = makeSite('nft');
  const folder = stateFolder({});
  writeFileSync(join(folder, 'systemd-run'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  expect(runUnderSystemd(folder, '"$@"', site.apply)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/watchdog was started and is not there[\s\S]*Firewall: unchanged/),
  });
  expect(site.all()).toEqual(site.before);
  expect(site.fw('apply', '--auto-approve', '--confirm', '60s').status).toBe(0);
  killWatchdog(site.data);
  const again = runUnderSystemd(folder, '"$@"', ['recover', '--data-dir', site.data]);
  expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('watchdog was started and is not there') });
  expect(again.stdout).not.toContain('has a watchdog again');
  expect(site.fw('confirm', '--reject').status).toBe(0);
});

/** Runs a script with `fw ...` as its words where `systemd-run` is the one of this folder. */
function runUnderSystemd(folder: string, script: string, words: readonly string[]) {
  const unshare = ['unshare', '--mount', '--pid', '--fork', '--mount-proc', '--propagation', 'private'];
  const machine = [...unshare, 'sh', '-euc', MACHINE, 'sh'];
  const [file = '', ...args] = [...machine, script, 'sh', process.execPath, BUILT, ...words];
  return spawnSync(file, args, {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, FOLDER: folder, LANG: 'C.UTF-8' },
  });
}

describe('a watchdog that waits for its journal', () => {
  const start = (data: string) => {
    const child = spawn(process.execPath, [BUILT, 'watchdog', '--data-dir', data, '--journal', '-'], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
    });
    return { child, ended: once(child, 'exit'), printed: () => printed };
  };

  test('ends without a word when the process that started it is gone', async () => {
    const site = makeSite('nft');
    const { child, ended, printed } = start(site.data);
    child.stdin.end('20260102T0304');
    expect(await ended).toEqual([0, null]);
    expect(printed()).toBe('');
  });

  test('watches the one that it is told of', async () => {
    const site = makeSite('nft');
    site.fw('apply', '--auto-approve', '--confirm', '10m');
    const [{ id } = { id: '' }] = status(site).pending;
    killWatchdog(site.data);
    const { child, ended } = start(site.data);
    child.stdin.end(`${id}\n`);
    await once(child.stdout, 'data');
    expect(status(site).pending).toMatchObject([{ watched: true }]);
    expect(site.fw('confirm', '--reject')).toMatchObject({ status: 0 });
    expect(await ended).toEqual([0, null]);
  });

  test('none is left of an apply that is refused before it writes', () => {
    const site = makeSite('nft');
    const programs = stateFolder({});
    const script = '#!/bin/sh\ncase "$*" in *--noflush*) exit 4 ;; esac\nexec /usr/sbin/iptables-nft-restore "$@"\n';
    writeFileSync(join(programs, 'iptables-nft-restore'), script, { mode: 0o755 });
    const env = { PATH: `${programs}:${process.env.PATH}` };
    const ran = runBuilt(site.apply, { env });
    expect(ran.stderr).toContain('refuses the change in the rehearsal');
    expect(ran.status).not.toBe(0);
    for (const pid of findProcesses('watchdog', site.data)) waitGone(pid);
    expect(findProcesses('watchdog', site.data)).toEqual([]);
  });
});
