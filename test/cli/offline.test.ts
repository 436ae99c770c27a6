import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { load, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const UNPRIVILEGED = { through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] };

test('a plan from a snapshot, without root, is the plan of the machine', () => {
  const ns = makeNamespace();
  load(
    ns,
    'nft',
    'ipv4',
    '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:theirs - [0:0]\n-A INPUT -j theirs\nCOMMIT\n',
  );
  const folder = stateFolder({
    'state/a.yaml': `namespace: ${ns}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport ssh -s 10.1.2.3/8 -j ACCEPT\n`,
  });
  chmodSync(folder, 0o755);
  const file = join(folder, 'live.snapshot');
  const taken = runBuilt(['snapshot', '--namespace', ns, '--data-dir', dataFolder()]);
  expect(taken).toMatchObject({ status: 0, stderr: '' });
  writeFileSync(file, taken.stdout);
  const state = ['--state', join(folder, 'state')];
  const withoutTitle = (stdout: string) => stdout.split('\n').slice(1).join('\n');
  const offline = runBuilt(['plan', '--live', file, ...state], UNPRIVILEGED);
  expect(offline).toMatchObject({ status: 0, stderr: '' });
  const online = runBuilt(['plan', ...state, '--data-dir', dataFolder()]);
  expect(withoutTitle(offline.stdout)).toBe(withoutTitle(online.stdout));
  expect(offline.stdout).toContain('+ -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT');
  writeFileSync(file, taken.stdout.replace('theirs', 'others'));
  expect(runBuilt(['plan', '--live', file, ...state], UNPRIVILEGED)).toMatchObject({ status: 1 });
});
