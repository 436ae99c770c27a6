import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { findProcesses, waitGone } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';

/** A machine whose /run is its own and says that systemd runs; programs of the first argument come before others. */
const MACHINE = 'mount -t tmpfs tmpfs /run; mkdir -p /run/systemd/system; PATH="$1:$PATH"; shift; exec "$@"';

/** Starts what it is given elsewhere, as systemd does, and waits until it says that it is ready. */
function systemdRun(folder: string, elsewhere: string): string {
  const words = `--net=/proc/${process.pid}/root/run/netns/${elsewhere} --mount=/proc/${process.pid}/ns/mnt`;
  return `#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
mkfifo '${folder}/ready'
setsid nsenter ${words} -- "$@" >'${folder}/ready' 2>&1 &
read line <'${folder}/ready'
`;
}

test('under systemd, too, the watchdog goes back where fw ran, with `host` in a namespace of its own', () => {
  const [name, elsewhere] = [makeNamespace('host'), makeNamespace('systemd')];
  for (const namespace of [name, elsewhere]) load(namespace, 'nft', 'ipv4', RULES);
  const before = [name, elsewhere].map((namespace) => saved(namespace, 'nft', 'ipv4'));
  const folder = stateFolder({ 'state/a.yaml': 'tables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n' });
  writeFileSync(join(folder, 'systemd-run'), systemdRun(folder, elsewhere), { mode: 0o755 });
  // In the /run that only this machine has.
  const data = `/run/fwt-data-${process.pid}`;
  const words = ['--state', join(folder, 'state'), '--data-dir', data, '--auto-approve', '--confirm', '2s'];
  const machine = ['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', MACHINE, 'sh', folder];
  const applied = runBuilt(['apply', ...words], { through: ['nsenter', `--net=/run/netns/${name}`, '--', ...machine] });
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(saved(name, 'nft', 'ipv4')).not.toBe(before[0]);
  const watchdogs = findProcesses('watchdog', data);
  // One, or on its way from nsenter to itself two.
  expect(watchdogs).not.toEqual([]);
  for (const pid of watchdogs) waitGone(pid);
  expect([name, elsewhere].map((namespace) => saved(namespace, 'nft', 'ipv4'))).toEqual(before);
});
