import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { BUILT, OPENED, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const TABLES =
  'values: {who: 10.0.0.1}\ntables: {filter: {INPUT: [-s $who -j ACCEPT, -s 2001:db8::1 -j ACCEPT]}, mangle: {INPUT: [-j LOG]}, raw: {OUTPUT: [-j LOG]}}\n';

function site(count: number) {
  const namespaces = Array.from({ length: count }, (_, at) => makeNamespace(`env${at}`));
  const files = Object.fromEntries(namespaces.map((ns) => [`state/${ns}.yaml`, `namespace: ${ns}\n${TABLES}`]));
  const folder = stateFolder(files);
  const data = dataFolder();
  /** Places of the plan that a run makes: NAMESPACE/FAMILY/TABLE, by the number of the namespace. */
  const places = (env: Readonly<Record<string, string>>, ...more: readonly string[]) => {
    const { stdout, stderr } = runBuilt(['plan', '--json', ...more], {
      cwd: folder,
      env: { FW_DATA_DIR: data, FW_STATE: 'state', ...env },
    });
    expect(stderr).toBe('');
    const found = [...stdout.matchAll(/"addr":"([^/"]+)\/(\w+)\/(\w+)\//g)].map(
      ([, ns = '', family, table]) => `${namespaces.indexOf(ns)} ${family} ${table}`,
    );
    return [...new Set(found)].sort();
  };
  return { namespaces, folder, data, places };
}

test('variables of flags that may be given more than once hold several values', () => {
  const { namespaces, places } = site(3);
  const [one = '', two = ''] = namespaces;
  expect(places({ FW_NAMESPACE: `${one}, ${two}`, FW_TABLE: 'filter' })).toEqual([
    '0 ipv4 filter',
    '0 ipv6 filter',
    '1 ipv4 filter',
    '1 ipv6 filter',
  ]);
  expect(places({ FW_NAMESPACE: one, FW_TABLE: 'filter\nmangle', FW_FAMILY: 'ipv6' })).toEqual([
    '0 ipv6 filter',
    '0 ipv6 mangle',
  ]);
  expect(places({ FW_TARGET: `${one}/ipv4/raw\n${two}/ipv6/mangle`, FW_FAMILY: 'ipv4,ipv6' })).toEqual([
    '0 ipv4 raw',
    '1 ipv6 mangle',
  ]);
  expect(places({ FW_EXCLUDE: `${one},${two},*/ipv6`, FW_TABLE: 'raw,filter' })).toEqual([
    '2 ipv4 filter',
    '2 ipv4 raw',
  ]);
  // A flag on the command line stands instead of its variable.
  expect(places({ FW_NAMESPACE: two, FW_TABLE: 'raw', FW_FAMILY: 'ipv4' }, '--namespace', one)).toEqual(['0 ipv4 raw']);
});

test('a wrong value in a variable is a usage error that names it', () => {
  const ran = runBuilt(['plan'], { env: { FW_TABLE: 'filter,nope' } });
  expect(ran.status).toBe(64);
  expect(ran.stderr).toContain('nope');
});

test('what is empty narrows nothing, and is refused before anything is read', () => {
  const [folder, data] = [dataFolder(), dataFolder()];
  const unset = runBuilt(['apply', 'a.fwplan'], { env: { FW_REQUIRE_SIGNATURE: '', FW_DATA_DIR: data } });
  expect(unset).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('FW_REQUIRE_SIGNATURE is set and has nothing'),
  });
  const here = runBuilt(['plan', '--data-dir', ''], { cwd: folder });
  expect(here).toMatchObject({ status: 64, stderr: expect.stringContaining('--data-dir has nothing in it') });
  expect(readdirSync(folder)).toEqual([]);
});

test('plan, show and apply take the spellings of Terraform, as in a pipeline that was written for it', () => {
  const { namespaces, folder, data } = site(1);
  const [ns = ''] = namespaces;
  const run = (line: string) => runBuilt(line.split(' '), { cwd: '/', env: { FW_DATA_DIR: data } });
  const plan = `plan -input=false -no-color -lock-timeout=3s -parallelism=4 -compact-warnings -detailed-exitcode -out=a.fwplan -var who=10.0.0.7`;
  expect(run(`-chdir=${folder} ${plan} -target=${ns}/ipv4 -target ${ns}/ipv6/raw`)).toMatchObject({
    status: 2,
    stderr: '',
  });
  expect(JSON.parse(run(`-chdir=${folder} show -json a.fwplan`).stdout)).toMatchObject({ kind: 'plan' });
  expect(run(`-chdir=${folder} apply -input=false -auto-approve -lock-timeout=3s a.fwplan`).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).toContain('10.0.0.7');
  const refused = run('plan -refresh-only');
  expect(refused.status).toBe(64);
  expect(refused.stderr).toContain('Next: fw drift compares');
});

/** Runs fw at a terminal of its own without a size, as a serial console has none, and answers its question. */
async function answerAt(line: string, env: Readonly<Record<string, string>>, answer: string) {
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm', SHELL: '/bin/sh', ...OPENED, ...env },
    timeout: 110_000,
  });
  let text = '';
  let isAnswered = false;
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    if (!isAnswered && text.includes('Enter to cancel: ')) {
      isAnswered = true;
      child.stdin.write(answer);
    }
  });
  const [status] = await once(child, 'close');
  return { status, text };
}

test.each([{ TERM: 'dumb' }, { TERM: 'vt220' }])(
  'at a console without a size (%j) the question can be read and answered, and nothing is wiped',
  async (env) => {
    const { folder, data, namespaces } = site(1);
    const words = [process.execPath, BUILT, 'apply', '--state', join(folder, 'state'), '--data-dir', data];
    const { status, text } = await answerAt(words.map((word) => `'${word}'`).join(' '), env, 'yes\r');
    expect(text).toContain('Apply these changes? Only "yes" is accepted.\r\n');
    expect(text).toMatch(/^Type {2}\S*yes\S* {2}to go on, Enter to cancel: yes\r?$/m);
    // No cursor is moved, and nothing is wiped.
    const escapes = text.split('\u001b').slice(1);
    expect(escapes.filter((rest) => !/^\[[0-9;]*m/.test(rest))).toEqual([]);
    expect(status).toBe(0);
    expect(saved(namespaces[0] ?? '', 'nft', 'ipv4')).toContain('-A fw-INPUT -s 10.0.0.1/32 -j ACCEPT');
  },
);

/** Runs fw at a terminal of its own, which `script` makes. All of it is made of what the test knows. */
function atTerminal(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly status: number | null; readonly text: string } {
  const line = [process.execPath, BUILT, ...args].map((word) => `'${word}'`).join(' ');
  const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm', SHELL: '/bin/sh', ...env },
    input: '',
    encoding: 'utf8',
    timeout: 110_000,
  });
  return { status, text: stdout };
}

test.each([{ CI: 'true' }, { FW_NO_INPUT: '1' }])(
  'with %j fw asks nothing and draws nothing, also at a terminal',
  (env) => {
    const { folder, data } = site(1);
    const ran = atTerminal(folder, ['apply', '--data-dir', data], env);
    expect(ran.status).toBe(6);
    expect(ran.text).toContain('[apply.unapproved]');
    expect(ran.text).not.toContain('Only "yes" is accepted');
    // No cursor is moved, hidden or shown.
    const escapes = ran.text.split('\u001b[').slice(1);
    expect(escapes.filter((rest) => /^[0-9?]*[A-Ghl]/.test(rest))).toEqual([]);
  },
);

test('without root fw says that the data folder is that of root and exits 77; an own one does', () => {
  const folder = stateFolder({});
  chmodSync(folder, 0o755);
  const [theirs, own] = [join(folder, 'theirs'), join(folder, 'own')];
  for (const data of [theirs, own]) mkdirSync(data, { mode: 0o700 });
  chownSync(own, 65534, 65534);
  const run = (command: string, data: string) =>
    runBuilt([command, '--data-dir', data], {
      through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'],
    });
  for (const command of ['recover', 'status', 'history', 'rollback', 'drift']) {
    const ran = run(command, theirs);
    expect(ran.status).toBe(77);
    expect(ran.stderr).toContain('[env.permission]');
    expect(ran.stderr).toContain('Next: Run as root, or name a data folder of your own');
  }
  for (const command of ['recover', 'status', 'history']) {
    expect(run(command, own)).toMatchObject({ status: 0, stderr: '' });
  }
});

test('on a machine without perl the same is planned and applied', () => {
  const { folder, data, namespaces } = site(3);
  const perl = spawnSync('sh', ['-c', 'command -v perl'], { encoding: 'utf8' }).stdout.trim();
  const hide = 'mount --bind /dev/null "$1" && shift && exec "$@"';
  const words = (args: readonly string[]) => [
    ...args,
    '--no-color',
    '--state',
    join(folder, 'state'),
    '--data-dir',
    data,
  ];
  const without = (...args: readonly string[]) =>
    runBuilt(words(args), { through: ['unshare', '--mount', 'sh', '-c', hide, 'sh', perl] });
  const timeless = (text: string) => text.replaceAll(/\d+\.\d s/g, '');
  const planned = without('plan');
  expect(planned.stderr).toBe('');
  expect(timeless(planned.stdout)).toBe(timeless(runBuilt(words(['plan'])).stdout));
  expect(without('apply', '--auto-approve')).toMatchObject({ status: 0, stderr: '' });
  expect(without('plan', '--detailed-exitcode')).toMatchObject({ status: 0, stderr: '' });
  expect(saved(namespaces[2] ?? '', 'nft', 'ipv4')).toContain('-A fw-INPUT -s 10.0.0.1/32 -j ACCEPT');
});
