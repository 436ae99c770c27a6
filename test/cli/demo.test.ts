import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DEMO = fileURLToPath(new URL('../../scripts/demo', import.meta.url));

/** The demo where it sees no namespace of others, beside one that a killed demo has left. */
const PRIVATE =
  'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip netns add fw-demo-shop && bash "$1"; ended=$?; ip netns list; exit $ended';

test('every step of the demo ends as it says, also after one that was killed, and leaves nothing', () => {
  // What a caller has in the environment is not for the demo.
  const env = { ...process.env, FW_STATE: '/nonexistent', FW_CONFIRM: '1m' };
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'bash', '-c', PRIVATE, 'bash', DEMO], {
    encoding: 'utf8',
    env,
  });
  expect({ status, stderr }, stdout).toMatchObject({ status: 0 });
  expect(stdout.match(/^exit number .*/gm)).toEqual(['exit number 2', 'exit number 5']);
  expect(stdout.match(/^Rules before and after are the same, byte for byte\.$/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^.* refused .*FWG08.*[\s\S]*^.* timed out .*rolled back: not confirmed/m);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/from generation 2$/);
}, 180_000);
