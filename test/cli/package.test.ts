import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fwt-package-'));
const installed = join(folder, 'user/node_modules/fw-plan');

// `prepack` would build dist/ again beside tests that run it; `npm run release-test` packs a fresh clone with it.
beforeAll(() => {
  npm(root, ['pack', '--ignore-scripts', '--pack-destination', folder]);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(join(folder, 'user'));
  npm(join(folder, 'user'), ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball)]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the npm package needs no other package, no build and no script of an install', () => {
  const pjson = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(pjson.dependencies).toBeUndefined();
  expect(Object.keys(pjson.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  expect(readdirSync(join(folder, 'user/node_modules')).sort()).toEqual(['.bin', '.package-lock.json', 'fw-plan']);
  expect(readdirSync(join(installed, 'dist')).sort()).toEqual([
    'THIRD-PARTY.txt',
    'fw.cjs',
    'graphviz.cjs',
    'graphviz.cjs.LEGAL.txt',
    'library.mjs',
    'live.cjs',
    'live.cjs.LEGAL.txt',
    'main.cjs',
    'main.cjs.LEGAL.txt',
    'sbom.cdx.json',
    'types',
  ]);
});

test('fw out of the package answers, validates and plans, with its templates', () => {
  const namespace = makeNamespace('pack');
  const state = stateFolder({
    'state/a.yaml': `namespace: ${namespace}\ntables:\n  filter:\n    INPUT:\n      - use: rate-limits\n        with: {port: 22, name: ssh}\n`,
  });
  expect(fw(state, ['version']).stdout).toMatch(/^fw\/\d+\.\d+\.\d+ linux-/);
  expect(fw(state, ['validate'])).toMatchObject({ status: 0, stderr: '' });
  const plan = fw(state, ['plan', '--detailed-exitcode', '--data-dir', dataFolder()]);
  expect(plan).toMatchObject({ status: 2, stderr: '' });
  expect(plan.stdout).toContain('--hashlimit-name ssh');
});

describe('the library out of the package', () => {
  const user = join(folder, 'user');
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
  const samples = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);

  beforeAll(() => {
    symlinkSync(join(root, 'node_modules/@types'), join(user, 'node_modules/@types'));
    const wrong = `import { openFirewall, type Plan } from 'fw-plan';
const firewall = openFirewall({ dataDir: '/var/lib/fw' });
// @ts-expect-error documents need paths
const plan: Plan = await firewall.plan({ documents: [{ text: '' }] });
// @ts-expect-error no such guard
await firewall.apply(plan, { allow: ['FWG99'] });
// @ts-expect-error a number of seconds
await firewall.apply(plan, { confirmSeconds: '5m' });
const actions: readonly string[] = plan.document.resource_changes.flatMap(({ change }) => change.actions);
export { actions };
`;
    for (const [at, text] of [...samples, wrong].entries()) writeFileSync(join(user, `sample-${at}.mts`), text);
  });

  test.each([
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])('has types for a strict program (%s), and every sample of docs/library.md fits them', (resolution, module) => {
    const options = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      skipLibCheck: false,
    };
    const compilerOptions = { ...options, exactOptionalPropertyTypes: true, moduleResolution: resolution, module };
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts'] }));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', user], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(samples).toHaveLength(4);
  });

  test('runs the first sample: rules of a state in memory, kept by confirm', () => {
    const namespace = makeNamespace('lib');
    const data = dataFolder();
    writeFileSync(join(user, 'run.mjs'), (samples[0] ?? '').replace('/var/lib/fw', data));
    const { PATH = '' } = process.env;
    const options = { cwd: user, env: { PATH }, encoding: 'utf8', timeout: 170_000 } as const;
    const ran = spawnSync('ip', ['netns', 'exec', namespace, process.execPath, 'run.mjs'], options);
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(saved(namespace, 'nft', 'ipv6')).toContain('-A fw-INPUT -p tcp -m tcp --dport 443 -j ACCEPT');
    expect(fw(user, ['history', '--data-dir', data]).stdout).toMatch(/^1 .*\(memory\)/m);
  });

  test('has a page with Python that applies by the commands, and tells what is wrong', () => {
    const namespace = makeNamespace('lib');
    const [, python = ''] = /^```python\n(.*?)^```$/ms.exec(page) ?? [];
    const state = join(user, 'agent');
    writeFileSync(join(user, 'agent.py'), python.replace('/etc/fw/agent', state));
    const calls = [443, 70_000].map((port) => `agent.accept([${port}], is_serving=lambda: True)`);
    const program = `import agent; ${calls.join('; ')}`;
    const { PATH = '' } = process.env;
    const env = { PATH: `${join(user, 'node_modules/.bin')}:${PATH}`, FW_DATA_DIR: dataFolder() };
    const options = { cwd: user, env, encoding: 'utf8', timeout: 60_000 } as const;
    const ran = spawnSync('ip', ['netns', 'exec', namespace, '/usr/bin/python3', '-B', '-c', program], options);
    expect(ran.stderr).toMatch(/RuntimeError: iptables refuses a rule of the state\. Firewall: unchanged\. Correct/);
    expect(ran.stdout).toContain('agent/ports.yaml:4: iptables refuses this rule');
    expect(saved(namespace, 'nft', 'ipv6')).toContain('-A fw-INPUT -p tcp -m tcp --dport 443 -j ACCEPT');
  });

  test('refuses what cannot be with an error of its type, and prints nothing', () => {
    const program = `import { FirewallError, openFirewall } from 'fw-plan';
try { openFirewall({ dataDir: '' }); } catch (error) { if (error instanceof FirewallError && error.exit === 64) process.exitCode = 3; }`;
    const args = ['--input-type=module', '--eval', program];
    const ran = spawnSync(process.execPath, args, { cwd: user, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 3, stdout: '', stderr: '' });
  });
});

test('the list of what is in the package (SBOM) names every package once, with its license', () => {
  const { components } = JSON.parse(readFileSync(join(installed, 'dist/sbom.cdx.json'), 'utf8'));
  const names = components.map((each: { purl: string }) => each.purl);
  expect(new Set(names).size).toBe(names.length);
  expect(components.filter((each: { licenses: unknown[] }) => each.licenses.length === 0)).toEqual([]);
  for (const name of ['%40oclif/core', 'execa', 'ink', 'react', 'yaml']) {
    expect(names.filter((each: string) => each.startsWith(`pkg:npm/${name}@`))).toHaveLength(1);
  }
  const licenses = readFileSync(join(installed, 'dist/THIRD-PARTY.txt'), 'utf8');
  for (const { name, version } of components) expect(licenses).toContain(`${name}@${version} (`);
});

function npm(cwd: string, args: readonly string[]): void {
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
}

function fw(cwd: string, args: readonly string[]) {
  const file = join(folder, 'user/node_modules/.bin/fw');
  const { PATH = '' } = process.env;
  return spawnSync(file, args, { cwd, env: { PATH }, encoding: 'utf8', timeout: 170_000 });
}
