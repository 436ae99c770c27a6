import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export type Machine = {
  /** Runs words of bash as root of the machine, in `cwd`. */
  readonly run: (
    words: string,
    cwd?: string,
  ) => { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  readonly end: () => Promise<void>;
};

/**
 * A machine to play with: rules of its own, no named namespaces yet, nothing of fw in /var/lib, and an /etc that forgets what is written to
 * it; nor do its locks meet those of other machines. It is a mount namespace and a network namespace, kept by a process that ends with its input.
 */
export async function makeMachine(env: Readonly<Record<string, string>>): Promise<Machine> {
  const holder = spawn('unshare', ['--mount', '--net', '--propagation', 'private', 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holder.stdin.write('ready\n');
  await once(holder.stdout, 'data');
  const run: Machine['run'] = (words, cwd = '/') => {
    const inside = ['--target', String(holder.pid), '--mount', '--net', `--wdns=${cwd}`, '--'];
    const { status, stdout, stderr } = spawnSync('nsenter', [...inside, 'bash', '-euc', words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', FW_ALLOW_EXPOSURE: '1', ...env },
      timeout: 110_000,
    });
    return { status, stdout, stderr };
  };
  const made = run(SET_UP);
  if (made.status !== 0) throw new Error(`no machine: ${made.stderr}`);
  return { run, end: () => release(holder) };
}

const SET_UP = `
mkdir -p /run/netns
mkdir -p -m 700 /run/fw
for folder in /run/netns /var/lib /usr/local/share /mnt; do mount -t tmpfs -o mode=0755 tmpfs "$folder"; done
mount -t tmpfs -o mode=0700 tmpfs /run/fw
mkdir /mnt/etc /mnt/work
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/etc,workdir=/mnt/work overlay /etc
ip link set lo up
`;

async function release(holder: ChildProcess): Promise<void> {
  const gone = once(holder, 'exit');
  holder.stdin?.end();
  await gone;
}
