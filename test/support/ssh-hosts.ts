import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Family } from '../../src/core/rules/types.ts';
import { type Output, saved } from './netns.ts';
import { findProcesses, waitGone } from './programs.ts';

/** What looks like a machine: a network namespace with an sshd in it, and /run and the data of fw of its own. */
export type SshHost = {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly home: string;
  readonly data: string;
  readonly temporary: string;
};

export type SshHosts = {
  /** For files of the test. */
  readonly folder: string;
  readonly hosts: readonly SshHost[];
  readonly key: string;
  readonly knownHosts: string;
  /** Runs a program where all hosts are reached from. */
  run(
    file: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ): Output;
  close(): void;
};

/**
 * In a mount namespace of its own: an empty /run, as no other machine's namespaces and locks are seen on a machine; the users are root,
 * who may log in with a key, and the one that sshd separates its privileges to.
 */
const START = `
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd /run/netns
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/shadow" /etc/shadow
shift
exec "$@"
`;

/** Fetched by scripts/setup where no sshd is installed: to install the package would start a server on this machine. */
const FETCHED = fileURLToPath(new URL('../../node_modules/.cache/sshd', import.meta.url));

let counter = 0;

/** Makes hosts edge1, edge2, ... with the addresses 198.51.100.11, .12, ..., reached from a namespace that is .1. Ended by `close`. */
export async function makeSshHosts(count: number): Promise<SshHosts> {
  counter += 1;
  const prefix = `fwt-${process.pid}-s${counter}`;
  const folder = mkdtempSync(join(tmpdir(), 'fwt-ssh-'));
  const controller = `${prefix}-c`;
  ip('netns', 'add', controller);
  ip('-n', controller, 'link', 'add', 'lan', 'type', 'bridge');
  ip('-n', controller, 'address', 'add', '198.51.100.1/24', 'dev', 'lan');
  ip('-n', controller, 'link', 'set', 'lan', 'up');
  const key = join(folder, 'key');
  const hostKey = join(folder, 'host-key');
  for (const path of [key, hostKey]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  writeFileSync(join(folder, 'passwd'), 'root:x:0:0:root:/root:/bin/sh\nsshd:x:65533:65534::/run/sshd:/bin/false\n');
  writeFileSync(join(folder, 'shadow'), 'root:*:20000:0:99999:7:::\n', { mode: 0o600 });
  const hosts = Array.from({ length: count }, (_, index) => makeHost(folder, prefix, index + 1, controller));
  const servers = await Promise.all(hosts.map((host) => startSshd(folder, host)));
  const knownHosts = join(folder, 'known_hosts');
  const [type, words] = readFileSync(`${hostKey}.pub`, 'utf8').split(' ');
  writeFileSync(knownHosts, hosts.map(({ address }) => `${address} ${type} ${words}\n`).join(''));
  return {
    folder,
    hosts,
    key,
    knownHosts,
    run: (file, args, options) => {
      const words = [`--net=/run/netns/${controller}`, '--', file, ...args];
      const { status, stdout, stderr } = spawnSync('nsenter', words, {
        encoding: 'utf8',
        timeout: 110_000,
        ...options,
      });
      return { status, stdout, stderr };
    },
    close: () => {
      for (const server of servers) server.kill('SIGKILL');
      for (const name of [controller, ...hosts.map(({ namespace }) => namespace)]) {
        endAll(name);
        ip('netns', 'del', name);
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** The rules of a host in one family, as iptables-save prints them. */
export function rulesOf(host: SshHost, family: Family = 'ipv4'): string {
  return saved(host.namespace, 'nft', family);
}

/** Waits until no watchdog of a host is left. */
export function waitSettled({ data }: SshHost): void {
  for (const pid of findProcesses('watchdog', data)) waitGone(pid);
}

function makeHost(folder: string, prefix: string, number: number, controller: string): SshHost {
  const name = `edge${number}`;
  const namespace = `${prefix}-${name}`;
  const address = `198.51.100.${10 + number}`;
  const own = join(folder, name);
  const temporary = join(own, 'tmp');
  mkdirSync(temporary, { recursive: true });
  ip('netns', 'add', namespace);
  ip('link', 'add', 'eth0', 'netns', namespace, 'type', 'veth', 'peer', 'name', name, 'netns', controller);
  ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  ip('-n', controller, 'link', 'set', name, 'master', 'lan', 'up');
  return { name, namespace, address, home: join(own, 'home'), data: join(own, 'data'), temporary };
}

async function startSshd(folder: string, { name, namespace, address }: SshHost): Promise<ChildProcess> {
  const config = join(folder, `${name}.sshd`);
  const lines = [
    `ListenAddress ${address}:22`,
    `HostKey ${join(folder, 'host-key')}`,
    `AuthorizedKeysFile ${join(folder, 'key.pub')}`,
    `SetEnv PATH=${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'Subsystem sftp internal-sftp',
  ];
  const installed = '/usr/sbin/sshd';
  const sshd = existsSync(installed) ? installed : join(FETCHED, 'sshd');
  if (sshd !== installed) lines.push(...partsOf(FETCHED));
  writeFileSync(config, `${lines.join('\n')}\n`);
  const words = ['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', START, 'sh', folder];
  const server = spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', ...words, sshd, '-D', '-e', '-f', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '', LD_LIBRARY_PATH: FETCHED },
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Server listening')) resolve();
    });
    server.once('exit', () => reject(new Error(`sshd of ${name} does not start: ${said}`)));
  });
  return server;
}

/** Where the programs are that a newer sshd starts. */
function partsOf(folder: string): readonly string[] {
  const parts = [
    ['SshdSessionPath', join(folder, 'sshd-session')],
    ['SshdAuthPath', join(folder, 'sshd-auth')],
  ] as const;
  return parts.filter(([, path]) => existsSync(path)).map((part) => part.join(' '));
}

/** Everything that runs in a namespace of ours is ours. */
function endAll(namespace: string): void {
  const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const pid of pids) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended in between.
    }
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}
