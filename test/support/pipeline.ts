import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from './fw.ts';
import type { Output } from './netns.ts';
import { BUILT, OPENED } from './run-built.ts';
import { stateFolder } from './state-folder.ts';

export type Pipeline = {
  readonly folder: string;
  /** The clone in which a developer works. Its remote is a bare repository beside it. */
  readonly work: string;
  /** Runs a shell step in a folder below, as a runner does. */
  readonly step: (text: string, options?: StepOptions) => Output;
  /** Runs git in the clone; throws when it fails. */
  readonly git: (...args: readonly string[]) => string;
  readonly fw: (...args: readonly string[]) => Output;
  /** A fresh clone of a revision, as a runner checks it out. */
  readonly checkOut: (revision: string, name: string) => void;
  /** What the programs of others were called with that only a real pipeline has: one line a call. */
  readonly calls: () => string;
};

export type StepOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: readonly string[];
};

/** GitHub and GitLab stop at the first command that fails, also in a pipe. */
const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'];

/** A bare repository, a clone, and a machine on which `fw` and `sudo` are installed and everything else that is not ours is a stub. */
export function makePipeline(): Pipeline {
  const folder = stateFolder({
    'bin/fw': `#!/bin/sh\nexec '${process.execPath}' '${BUILT}' "$@"\n`,
    'bin/sudo': '#!/bin/sh\nexec "$@"\n',
    'bin/gh': '#!/bin/sh\necho "gh $*" >> "$CALLS"\n',
    'bin/curl': '#!/bin/sh\n{ echo "curl $*"; cat; } >> "$CALLS"\n',
    calls: '',
  });
  for (const name of ['fw', 'sudo', 'gh', 'curl']) spawnSync('chmod', ['+x', join(folder, 'bin', name)]);
  mkdirSync(join(folder, 'home'));
  const env = {
    ...OPENED,
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: join(folder, 'home'),
    CALLS: join(folder, 'calls'),
    FW_DATA_DIR: dataFolder(),
    LANG: 'C.UTF-8',
    CI: 'true',
    GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
  };
  writeFileSync(
    env.GIT_CONFIG_GLOBAL,
    '[user]\nname = Test\nemail = test@example.net\n[init]\ndefaultBranch = main\n[advice]\ndetachedHead = false\n',
  );
  const run = (words: readonly string[], options: StepOptions = {}): Output => {
    const [file = '', ...args] = words;
    const { status, stdout, stderr } = spawnSync(file, args, {
      cwd: join(folder, options.cwd ?? '.'),
      env: { ...env, ...options.env },
      input: '',
      encoding: 'utf8',
      timeout: 110_000,
    });
    return { status, stdout, stderr };
  };
  const must = (words: readonly string[], cwd = '.'): string => {
    const ran = run(words, { cwd });
    if (ran.status !== 0) throw new Error(`${words.join(' ')}: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  must(['git', 'init', '--quiet', '--bare', 'remote.git']);
  must(['git', 'clone', '--quiet', 'remote.git', 'work']);
  return {
    folder,
    work: join(folder, 'work'),
    step: (text, options = {}) => run([...(options.shell ?? BASH), text], options),
    git: (...args) => must(['git', ...args], 'work'),
    fw: (...args) => run(['fw', ...args], { cwd: 'work' }),
    checkOut: (revision, name) => {
      must(['rm', '-rf', name]);
      must(['git', 'clone', '--quiet', 'remote.git', name]);
      must(['git', 'checkout', '--quiet', '--detach', revision], name);
    },
    calls: () => readFileSync(env.CALLS, 'utf8'),
  };
}
