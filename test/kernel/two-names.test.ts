import { rmSync, symlinkSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

let link: string | undefined;
afterEach(() => {
  if (link !== undefined) rmSync(link, { force: true });
  link = undefined;
});

const document = (name: string, rest = '') =>
  `namespace: ${name}\nbackend: nft\n${rest}tables: {filter: {INPUT: [-s 10.0.0.1/32 -j DROP]}}\n`;

test('a network namespace under two names is written by no plan that names both', () => {
  const ns = makeNamespace();
  link = `/run/netns/${ns}-too`;
  symlinkSync(ns, link);
  const before = saved(ns, 'nft', 'ipv4');
  const state = stateFolder({ 'a.yaml': document(`[${ns}, ${ns}-too]`) });
  const flags = ['--state', state, '--data-dir', dataFolder()];
  for (const command of [['plan'], ['apply', '--auto-approve']]) {
    const ran = runBuilt([...command, ...flags]);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain(`${ns} and ${ns}-too are one and the same network namespace [env.same-namespace]`);
    expect(ran.stderr).toContain('Firewall: unchanged.');
  }
  expect(saved(ns, 'nft', 'ipv4')).toBe(before);
  writeFiles(state, { 'a.yaml': document(`${ns}-too`) });
  expect(runBuilt(['apply', '--auto-approve', ...flags])).toMatchObject({ status: 0 });
});

test('a saved plan whose two namespaces have become one is not begun', () => {
  const [one, other] = [makeNamespace(), makeNamespace()];
  const state = stateFolder({ 'a.yaml': document(`[${one}, ${one}-too]`) });
  link = `/run/netns/${one}-too`;
  symlinkSync(other, link);
  const data = dataFolder();
  const plan = `${state}/../plan-of-two.json`;
  expect(runBuilt(['plan', '--out', plan, '--state', state, '--data-dir', data])).toMatchObject({ status: 0 });
  rmSync(link);
  symlinkSync(one, link);
  const ran = runBuilt(['apply', plan, '--auto-approve', '--data-dir', data]);
  rmSync(plan);
  expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('[env.same-namespace]') });
  expect(saved(one, 'nft', 'ipv4')).not.toContain('fw-INPUT');
});
