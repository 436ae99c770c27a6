import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { kubernetesScript, PIPELINES, shellTexts, TEMPLATES, template } from '../support/scaffolds.ts';
import { stateFolder } from '../support/state-folder.ts';

let all = '';

beforeAll(() => {
  all = mkdtempSync(join(tmpdir(), 'fwt-scaffolds-'));
  const ran = runBuilt(['init', all, '--kind', 'kubernetes-node', ...PIPELINES.flatMap((name) => ['--with', name])]);
  if (ran.status !== 0) throw new Error(ran.stderr);
});
afterAll(() => rmSync(all, { recursive: true, force: true }));

function filesOf(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('all pipelines fit into one folder, and no other user may read or write what they hold', () => {
  const files = filesOf(all).map((path) => path.slice(all.length + 1));
  expect(files).toEqual(
    expect.arrayContaining([
      '.github/workflows/firewall.yml',
      '.gitlab-ci.yml',
      'ansible/firewall.yml',
      'atlantis.yaml',
      'atlantis/repos.yaml',
      'kubernetes/daemonset.yaml',
      'kustomization.yaml',
      'state/kubernetes-node.yaml',
      'systemd/fw-boot.service',
      'systemd/fw-reconcile',
    ]),
  );
  expect(files.filter((path) => path.endsWith('about.txt') || path.includes('dot-'))).toEqual([]);
  for (const path of files) {
    const mode = (statSync(join(all, path)).mode & 0o777).toString(8);
    expect(['600', '700']).toContain(mode);
    if (path === 'systemd/fw-reconcile') expect(mode).toBe('700');
  }
});

test('a pipeline is added to a folder that has a state, and never twice', () => {
  const folder = stateFolder({ 'state/a.yaml': 'tables: {}\n', 'README.md': 'mine\n' });
  const added = runBuilt(['init', folder, '--with', 'atlantis', '--json']);
  expect(JSON.parse(added.stdout)).toMatchObject({
    type: 'init',
    with: ['atlantis'],
    files: ['atlantis/repos.yaml', 'atlantis.yaml'],
  });
  writeFileSync(join(folder, 'atlantis.yaml'), 'mine\n');
  const again = runBuilt(['init', folder, '--with', 'atlantis', '--with', 'gitlab']);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain(
    `${join(folder, 'atlantis/repos.yaml')}, ${join(folder, 'atlantis.yaml')} exist; nothing was written`,
  );
  expect(filesOf(folder).length).toBe(4);
  expect(readFileSync(join(folder, 'atlantis.yaml'), 'utf8')).toBe('mine\n');
});

test.each([
  [['init', '--kind', 'hots'], 'bastion, docker-host, host'],
  [['init', '--with', '../kinds'], 'ansible, atlantis, github, gitlab, kubernetes, systemd'],
  [['init', '--kind', 'host', '--namespace', '../x'], 'no name of a namespace'],
  [['init', '--kind', 'host', '--state', 'elsewhere'], 'takes no --state'],
  [['init'], 'which kind of host?'],
])('%j is a wrong command line', (args, words) => {
  const folder = stateFolder({});
  const ran = runBuilt(args, { cwd: folder });
  expect(ran.status).toBe(64);
  expect(ran.stderr).toContain(words);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['3\n', 0, ['host.yaml']],
  ['bastion\n', 0, ['bastion.yaml']],
  ['hots\n', 64, []],
  ['\x04', 130, []],
])('at a terminal it asks which kind; %j', (typed, status, files) => {
  const folder = stateFolder({});
  // script(1) gives it a terminal of its own and hands on what is typed.
  const ran = spawnSync(
    'script',
    ['--quiet', '--return', '--command', `'${process.execPath}' '${BUILT}' init`, '/dev/null'],
    {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm' },
      input: typed,
      encoding: 'utf8',
      timeout: 110_000,
    },
  );
  expect(ran.stdout).toContain('3. host ');
  expect(ran.status).toBe(status);
  const written = filesOf(folder).filter((path) => path.endsWith('.yaml'));
  expect(written).toEqual(files.map((name) => join(folder, 'state', name)));
});

test('every YAML file of the scaffolds is YAML, once for each key', () => {
  const files = filesOf(all).filter((path) => /\.ya?ml$/.test(path));
  expect(files.length).toBeGreaterThan(8);
  for (const path of files) {
    for (const document of parseAllDocuments(readFileSync(path, 'utf8'), { uniqueKeys: true })) {
      expect([path, document.errors, document.warnings]).toEqual([path, [], []]);
    }
  }
});

describe.each(shellTexts())('the shell of %s', (_name, shell, text) => {
  test('is valid, and shellcheck finds nothing', () => {
    expect(spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    // SC2024: that a file is written by the user who calls sudo is what is meant.
    const checked = spawnSync('shellcheck', ['--shell', shell, '--severity', 'style', '--exclude', 'SC2024', '-'], {
      input: text,
      encoding: 'utf8',
    });
    expect(checked.stdout).toBe('');
    expect(checked.status).toBe(0);
  });
});

const UNITS = readdirSync(join(TEMPLATES, 'systemd')).filter((name) => /\.(service|timer)$/.test(name));

test('systemd takes every unit without a remark', () => {
  const folder = stateFolder({});
  const paths = UNITS.map((name) => {
    // Neither fw nor its script is installed on the machine that runs the tests; every other word of a unit is.
    const text = template(`systemd/${name}`).replace(/\/usr\/local\/(bin\/fw|lib\/fw\/fw-reconcile)/, '/bin/true');
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  expect(UNITS.length).toBe(5);
  expect(spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('the watch of the DaemonSet is ready as long as there is no drift, and ends when it is told to', () => {
  const folder = stateFolder({ 'bin/fw': '#!/bin/sh\nexit "$(cat code)"\n', 'bin/sleep': '#!/bin/sh\nkill "$PPID"\n' });
  for (const name of ['fw', 'sleep']) spawnSync('chmod', ['+x', join(folder, 'bin', name)]);
  const script = kubernetesScript().replaceAll('/tmp/ready', join(folder, 'ready'));
  const watch = (code: number) => {
    writeFileSync(join(folder, 'code'), String(code));
    const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
    const { status } = spawnSync('/bin/sh', ['-c', script], { cwd: folder, env, timeout: 110_000 });
    return [status, readdirSync(folder).includes('ready')];
  };
  expect([watch(0), watch(2), watch(0), watch(1)]).toEqual([
    [0, true],
    [0, false],
    [0, true],
    [0, false],
  ]);
});
