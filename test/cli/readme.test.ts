import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

/** The namespace that the README talks of. */
const NAMESPACE = 'fw-demo-shop';
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', NAMESPACE]);
});
afterAll(() => {
  execFileSync('ip', ['netns', 'del', NAMESPACE]);
});

test('the screen of the README is what fw prints', () => {
  const document = block('state');
  const folder = stateFolder({ 'state/shop.yaml': document });
  const options = { cwd: folder };
  const data = ['--data-dir', dataFolder()];
  runBuilt(['apply', '--auto-approve', ...data], options);
  inNamespace(NAMESPACE, 'iptables', ['-I', 'fw-INPUT', '1', '-s', '203.0.113.9', '-j', 'ACCEPT']);
  writeFiles(folder, { 'state/shop.yaml': document.replace('80,443', '80,8443') });
  expect(`\n${block('drift')}`).toBe(`\n${screen(runBuilt(['plan', ...data], options).stdout)}`);
});

/** The fenced block behind a mark. */
function block(mark: string): string {
  const found = new RegExp(`<!-- ${mark} -->\\n\`\`\`[a-z]*\\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`no block ${mark} in README.md`);
  return found;
}

/** Without the title, in which host and time differ from run to run. */
function screen(stdout: string): string {
  return stdout.split('\n').slice(1).join('\n');
}
