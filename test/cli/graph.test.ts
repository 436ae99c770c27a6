import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

test('fw show makes a page of a saved plan, with the chains drawn and the digest of the file', () => {
  const state = stateFolder({
    'a.yaml': `namespace: ${makeNamespace()}\ntables: {filter: {INPUT: [-j web], web: [-j DROP]}}\n`,
  });
  const [data, file] = [dataFolder(), join(stateFolder({}), 'page.fwplan')];
  expect(runBuilt(['plan', '--out', file, '--data-dir', data, '--state', state]).status).toBe(0);
  const page = runBuilt(['show', file, '--format', 'html']);
  expect(page).toMatchObject({ status: 0, stderr: '' });
  expect(page.stdout).toMatch(/^<!doctype html>\n.*<svg role="img".*>fw&#45;web<.*<\/html>\n$/s);
  expect(page.stdout).toContain(createHash('sha256').update(readFileSync(file)).digest('hex'));
  expect(runBuilt(['show', 'live', '--format', 'html'])).toMatchObject({ status: 64 });
});

test('fw graph draws live rules, those of the state, and what a plan does to them', () => {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data, '--state', state, '--no-color']);
  const write = (chains: string) =>
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\ntables: {filter: {${chains}}}\n` });
  write('INPUT: [-i lo -j ACCEPT, -j web], web: [-j DROP]');
  expect(fw('apply', '--auto-approve').status).toBe(0);
  inNamespace(ns, 'iptables', ['-N', 'f2b-"x\\N']);
  inNamespace(ns, 'iptables', ['-P', 'FORWARD', 'DROP']);
  const live = fw('graph', ns, '--family', 'ipv4');
  expect(live).toMatchObject({ status: 0, stderr: '' });
  expect(live.stdout).toMatch(/^ {2}FORWARD {2}0 rules {2}\| {2}policy DROP: 0 packets$/m);
  expect(live.stdout).toMatch(/^ {4}-> fw-web {2}\(1 rule, 0 packets\)$/m);
  expect(live.stdout).toMatch(/^! f2b-"x\\N {2}fail2ban {2}\| {2}unreachable: no jump leads here/m);
  write('INPUT: [-i lo -j ACCEPT, -j other], other: [-j DROP]');
  const plan = fw('graph', ns, '--plan', '--family', 'ipv4').stdout;
  expect(plan).toMatch(/^\+ {3}-> fw-other {2}\(new: 1 rule\)/m);
  expect(plan).toMatch(/^- {3}-> fw-web {2}\(gone: 1 rule, 0 packets\)/m);
  expect(plan).toMatch(/^- fw-web {2}fw {2}\| {2}gone/m);
  const desired = fw('graph', ns, '--desired', '--json').stdout;
  expect(desired).not.toContain('fw-web');
  for (const text of [desired, fw('graph', ns, '--json').stdout])
    expect(faultsOf('graph', JSON.parse(text))).toEqual([]);
  expect(fw('graph', ns, '--format', 'dot').stdout).toContain('label="f2b-\\"x\\\\N\\nfail2ban');
  expect(fw('graph', ns, '--format', 'mermaid').stdout).toMatch(/^flowchart LR\n/);
  const svg = fw('graph', ns, '--plan', '--format', 'svg');
  expect(svg).toMatchObject({ status: 0, stderr: '' });
  expect(svg.stdout).toMatch(/^<svg [^>]*>.*<g class="node new">.*>fw&#45;other<.*<\/svg>\n$/s);
  expect(fw('graph', 'fwt-nowhere').status).toBe(1);
  expect(fw('graph', ns, '--plan', '--desired').status).toBe(64);
});
