import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Output } from './netns.ts';
import { BUILT, OPENED } from './run-built.ts';
import type { SshHosts } from './ssh-hosts.ts';

const ROLES = fileURLToPath(new URL('../../templates/ansible/roles', import.meta.url));

/** Variables of hosts, by name of the host. */
export type HostVars = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type Played = Output & {
  /** The numbers of PLAY RECAP of a host; undefined when the play never came to it. */
  readonly recap: (host: string) => { readonly [key: string]: number } | undefined;
};

/**
 * Runs `ansible-playbook`, the one of the machine, in a folder. How the hosts are reached is told in an inventory beside those of the folder,
 * which may add variables.
 */
export function playbook(site: SshHosts, folder: string, args: readonly string[], hostVars: HostVars = {}): Played {
  const own = join(site.folder, 'connections.yml');
  const hosts = Object.fromEntries(
    site.hosts.map((host) => [host.name, { ...connection(host), ...hostVars[host.name] }]),
  );
  writeFileSync(own, JSON.stringify({ all: { hosts, vars: common(site) } }));
  const inventories = [join(folder, 'hosts.yml'), own].filter((path) => existsSync(path));
  const words = [...inventories.flatMap((path) => ['-i', path]), ...args];
  const output = site.run('ansible-playbook', words, { cwd: folder, env: environment(site.folder) });
  return { ...output, recap: (host) => recapOf(output.stdout, host) };
}

/** Nothing is read or written but in the folder of the test; sockets are short, because the path of one may have 107 bytes. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    ...OPENED,
    PATH: process.env.PATH,
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ANSIBLE_ROLES_PATH: ROLES,
    ANSIBLE_LOCAL_TEMP: join(folder, 'local'),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, 'cp'),
    ANSIBLE_FORKS: '6',
    ANSIBLE_TIMEOUT: '4',
    ANSIBLE_NOCOWS: '1',
  };
}

function common({ key, knownHosts }: SshHosts) {
  return {
    ansible_user: 'root',
    ansible_ssh_private_key_file: key,
    ansible_ssh_common_args: `-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts}`,
    ansible_python_interpreter: '/usr/bin/python3',
    fw_program: BUILT,
  };
}

function connection(host: SshHosts['hosts'][number]) {
  return {
    ansible_host: host.address,
    ansible_remote_tmp: host.temporary,
    fw_home: host.home,
    fw_data_dir: host.data,
  };
}

function recapOf(stdout: string, host: string): { readonly [key: string]: number } | undefined {
  const line = stdout
    .slice(stdout.indexOf('PLAY RECAP'))
    .split('\n')
    .find((text) => text.startsWith(`${host} `));
  if (line === undefined) return undefined;
  return Object.fromEntries([...line.matchAll(/(\w+)=(\d+)/g)].map(([, key, number]) => [key, Number(number)]));
}
