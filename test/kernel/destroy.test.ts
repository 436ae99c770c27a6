import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const YES = ['--auto-approve', '--allow-empty', '--allow-exposure'];

test('an owner that moved takes its chains along, and --destroy takes one namespace out and leaves the others', () => {
  const [one, other, root] = [makeNamespace('destroy'), makeNamespace('destroy'), stateFolder({})];
  const data = dataFolder();
  const fw = (...args: readonly string[]) =>
    runBuilt([...args, '--data-dir', data, '--state', join(root, 'state'), '--no-color']);
  const write = (head: string) =>
    writeFiles(root, {
      'state/a.yaml': `namespace: [${one}, ${other}]\nbackend: nft\n${head}\ntables: {filter: {INPUT: {policy: DROP, rules: [-i lo -j ACCEPT]}}}\n`,
    });
  const live = (ns: string) => saved(ns, 'nft', 'ipv4');

  write('owner: old');
  expect(fw('apply', ...YES)).toMatchObject({ status: 0 });
  write('owner: web\nmoved: {owner: old}');
  const moved = fw('apply', ...YES);
  expect(moved, moved.stderr).toMatchObject({ status: 0 });
  expect(moved.stderr).not.toContain('abandoned');
  expect(live(one)).toContain('-A INPUT -j web-INPUT');
  expect(live(one)).not.toContain('old-INPUT');

  const closed = fw('apply', '--destroy', one, '--auto-approve', '--allow-exposure');
  expect(closed).toMatchObject({ status: 5 });
  expect(closed.stderr).toContain('FWG01');
  const typed = fw('apply', '--destroy', `${one}x`, ...YES);
  expect(typed).toMatchObject({ status: 64 });
  const refused = fw('apply', '--destroy', one, '--namespace', other, ...YES);
  expect(refused).toMatchObject({ status: 64 });

  const destroyed = fw('apply', '-destroy', one, ...YES);
  expect(destroyed, destroyed.stderr).toMatchObject({ status: 0 });
  expect(live(one)).not.toMatch(/^-A|:INPUT DROP/m);
  expect(live(other)).toContain('-A web-INPUT -i lo -j ACCEPT');
  expect(fw('drift')).toMatchObject({ status: 0 });
  expect(JSON.parse(fw('state', 'list', '--json').stdout)).toMatchObject({ states: [{ namespaces: [other] }] });
  // The files say so still.
  expect(fw('plan', '--detailed-exitcode')).toMatchObject({ status: 2 });
});
