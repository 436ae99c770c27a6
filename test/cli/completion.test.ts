import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { dataFolder } from '../support/fw.ts';
import { addNamespace, makeNamespace } from '../support/netns.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

type Shell = 'bash' | 'zsh' | 'fish';
const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];
const scripts = new Map<Shell, string>();

beforeAll(() => {
  for (const shell of SHELLS) {
    const ran = runBuilt(['completion', shell]);
    if (ran.status !== 0) throw new Error(ran.stderr);
    scripts.set(shell, ran.stdout);
  }
});

/** What a shell offers for a command line whose end is being typed: the words, sorted. */
function complete(
  shell: Shell,
  line: string,
  more: { readonly env?: Record<string, string>; readonly files?: Record<string, string> } = {},
) {
  const folder = stateFolder({ 'bin/fw': `#!/bin/sh\nexec '${process.execPath}' '${BUILT}' "$@"\n`, ...more.files });
  spawnSync('chmod', ['+x', join(folder, 'bin/fw')]);
  const script = join(folder, `.completion.${shell}`);
  writeFileSync(script, scripts.get(shell) ?? '');
  const words = line.split(/\s+/);
  const ran = spawnSync(shell, WORDS[shell](script, line, words), {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      FW_DATA_DIR: dataFolder(),
      HOME: folder,
      TERM: 'dumb',
      LANG: 'C.UTF-8',
      ...more.env,
    },
    encoding: 'utf8',
    timeout: 110_000,
  });
  if (ran.stderr !== '') throw new Error(`${shell}: ${ran.stderr}`);
  return ran.stdout
    .split('\n')
    .map((text) => text.replace(/\t.*/, '').trim())
    .filter((text) => text !== '')
    .sort();
}

const WORDS: Readonly<Record<Shell, (script: string, line: string, words: readonly string[]) => readonly string[]>> = {
  // bash gives the words as it cuts them: at "=" as well.
  bash: (script, _line, words) => [
    '--norc',
    '-c',
    `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fw; printf '%s\\n' "\${COMPREPLY[@]}"`,
    script,
    ...words.flatMap((word) => word.split(/(=)/).filter((part, at, all) => part !== '' || at === all.length - 1)),
  ],
  // The functions of its completion system work while a line is edited only; what they are given is what they would offer.
  zsh: (script, _line, words) => [
    '-f',
    '-c',
    `compdef() { :; }
compset() { :; }
compadd() { shift; print -l -- "$@"; }
_describe() { print -l -- "\${(@)\${(@P)argv[-1]}%%:*}"; }
_files() { if [[ $1 == -/ ]]; then print -l -- *(N/); else print -l -- *(N); fi; }
script=$1; shift; source $script
words=("$@"); CURRENT=$#words; _fw`,
    'zsh',
    script,
    ...words,
  ],
  fish: (script, line) => ['--no-config', '-c', 'source $argv[1]; complete --do-complete $argv[2]', script, line],
};

/** zsh compares with what is typed itself, after the function. */
const begins = (shell: Shell, found: readonly string[], typed: string) =>
  shell === 'zsh' ? found.filter((word) => word.startsWith(typed)) : found;

describe.each(SHELLS)('completion in %s', (shell) => {
  test('offers every command, and none that is hidden', () => {
    const shown = Object.entries(COMMANDS).filter(([, command]) => command.hidden !== true);
    const found = complete(shell, 'fw ');
    expect(found).toEqual([...new Set(shown.map(([id]) => id.replace(/:.*/, '')))].sort());
    expect(complete(shell, 'fw help gu')).toContain('guards');
    expect(complete(shell, 'fw state ')).toEqual(['forget', 'list', 'rename']);
    expect(complete(shell, 'fw state forget x --')).toContain('--keep-rules');
    expect(begins(shell, complete(shell, 'fw ro'), 'ro')).toEqual(['rollback']);
  });

  test('offers every flag of a command', () => {
    for (const id of ['plan', 'init', 'show']) {
      const flags = Object.entries(COMMANDS[id]?.flags ?? {}).filter(([, flag]) => flag.hidden !== true);
      expect(complete(shell, `fw ${id} --`)).toEqual(expect.arrayContaining(flags.map(([name]) => `--${name}`)));
    }
    expect(complete(shell, 'fw completion --')).not.toContain('--values');
    expect(begins(shell, complete(shell, 'fw plan --detailed'), '--detailed')).toEqual(['--detailed-exitcode']);
  });

  test('offers the values of a flag, behind a blank and behind an equals sign', () => {
    expect(complete(shell, 'fw plan --family ')).toEqual(['ipv4', 'ipv6']);
    expect(begins(shell, complete(shell, 'fw show x --format gi'), 'gi')).toEqual(['github', 'gitlab']);
    const equals = complete(shell, 'fw plan --table=m').map((word) => word.replace('--table=', ''));
    expect(begins(shell, equals, 'm')).toEqual(['mangle']);
    expect(complete(shell, 'fw rollback --to ')).toEqual(['last', 'previous']);
    expect(complete(shell, 'fw plan --max-age ')).toEqual([]);
  });

  test('offers the values of arguments', () => {
    expect(complete(shell, 'fw completion ')).toEqual(['bash', 'fish', 'zsh']);
    const files = { 'edge.fwplan': '', 'state/a.yaml': '' };
    expect(complete(shell, 'fw apply ', { files })).toContain('edge.fwplan');
    const folders = complete(shell, 'fw init ', { files }).map((word) => word.replace(/\/$/, ''));
    expect([folders.includes('state'), folders.includes('edge.fwplan')]).toEqual([true, false]);
    expect(complete(shell, 'fw diff --context 3 last ', { files })).toEqual(
      expect.arrayContaining(['live', 'previous']),
    );
  });
});

test('every shell asks fw for what is there: namespaces, generations, kinds', () => {
  const namespace = makeNamespace();
  const data = dataFolder();
  const state = stateFolder({ 'a.yaml': `namespace: ${namespace}\ntables: {filter: {INPUT: [-j ACCEPT]}}\n` });
  expect(runBuilt(['apply', '--auto-approve', '--state', state, '--data-dir', data]).status).toBe(0);
  for (const shell of SHELLS) {
    expect(complete(shell, 'fw plan --namespace fwt-')).toContain(namespace);
    expect(complete(shell, 'fw rollback ', { env: { FW_DATA_DIR: data } })).toEqual(['1']);
    expect(begins(shell, complete(shell, 'fw init --kind ba'), 'ba')).toEqual(['bastion']);
    expect(complete(shell, 'fw graph fwt-')).toContain(namespace);
    const chains = complete(shell, `fw blame ${namespace}/`, { env: { FW_DATA_DIR: data } });
    expect(chains).toEqual(
      expect.arrayContaining([`${namespace}/ipv4/filter/INPUT`, `${namespace}/ipv6/filter/fw-INPUT`]),
    );
    expect(complete(shell, 'fw confirm ', { env: { FW_DATA_DIR: data } })).toEqual([]);
  }
  expect(runBuilt(['completion', '--values', 'pipelines']).stdout).toContain('github\ngitlab\n');
});

test('names that a shell would read as more than a word are not offered', () => {
  const name = `fwt-${process.pid}-$(touch x)`;
  addNamespace(name);
  const { stdout } = runBuilt(['completion', '--values', 'namespaces']);
  expect(stdout).toMatch(/^host\n/);
  expect(stdout).not.toContain('touch');
});

test('what cannot be read is an empty list, and no error in the middle of a line', () => {
  const folder = stateFolder({});
  mkdirSync(join(folder, 'data'), { mode: 0o777 });
  writeFileSync(join(folder, 'data/generations'), '');
  const ran = runBuilt(['completion', '--values', 'generations', '--data-dir', join(folder, 'data')]);
  expect(ran).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.each(SHELLS)('the script for %s is valid by its own shell', (shell) => {
  const script = join(stateFolder({ script: scripts.get(shell) ?? '' }), 'script');
  const ran = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
});

test('shellcheck finds nothing in the script for bash', () => {
  const ran = spawnSync('shellcheck', ['--shell', 'bash', '-'], { input: scripts.get('bash'), encoding: 'utf8' });
  expect([ran.status, ran.stdout]).toEqual([0, '']);
});

test('without a shell it is a wrong command line', () => {
  expect(runBuilt(['completion']).status).toBe(64);
  expect(runBuilt(['completion', 'tcsh']).stderr).toContain('bash, zsh, fish');
});
