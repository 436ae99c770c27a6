import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

test('a return from a table of its own to a shared one takes out what that brought, and says so', () => {
  const ns = makeNamespace();
  const folder = stateFolder({
    'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n`,
  });
  const flags = ['--auto-approve', '--data-dir', dataFolder()];
  const apply = () =>
    runBuilt(['apply', '--state', folder, '--allow-foreign-removal', '--allow-mass-removal', ...flags]);
  expect(apply().status).toBe(0);
  const rules = '{policy: DROP, rules: [-p tcp --dport 81 -j ACCEPT]}';
  writeFiles(join(folder), {
    'a.yaml': `namespace: ${ns}\nownership: exclusive\ntables: {filter: {INPUT: ${rules}}}\n`,
  });
  expect(apply().status).toBe(0);
  const ran = runBuilt(['rollback', ...flags]);
  expect(ran.status, ran.stderr).toBe(0);
  expect((ran.stdout + ran.stderr).replace(/\s+/g, ' ')).toMatch(
    /rules that it brought go and what it replaced comes back.*\[state\.shared-again\]/,
  );
  expect(saved(ns, 'nft', 'ipv4')).not.toContain('--dport 81');
  expect(saved(ns, 'nft', 'ipv4')).toContain(':INPUT ACCEPT');
});
