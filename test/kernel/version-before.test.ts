import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Machine, makeMachine } from '../support/machine.ts';
import { BUILT } from '../support/run-built.ts';

// A host that ran fw 0.1.0 gets this fw: its state files, data folder, saved plan and JSON, see test/support/version-0.1/README.md.

const KEPT = fileURLToPath(new URL('../support/version-0.1', import.meta.url));

const FAKETIME = fileURLToPath(new URL('../../node_modules/.cache/faketime/libfaketime.so.1', import.meta.url));

/** Before 0.1.0 had applied anything. */
const BARE = `
mkdir -p /mnt/site
cp -r ${KEPT}/state /mnt/site/
chmod -R go-w /mnt/site
ip netns add shop
ip netns exec shop ip link set lo up
`;

let machine: Machine;
beforeEach(async () => {
  machine = await makeMachine({ NO_COLOR: '1' });
});
afterEach(() => machine.end());

describe.each(['first', 'last'])('after the %s fw of 0.1.0', (which) => {
  // A file of git has no mode, and a data folder is of root alone.
  beforeEach(() => {
    run(`${BARE}
      cp -r ${KEPT}/${which}/data /var/lib/fw
      chmod -R go-rwx /var/lib/fw
      ip netns exec shop ipset restore < ${KEPT}/live-sets
      ip netns exec shop iptables-nft-restore < ${KEPT}/live-4
      ip netns exec shop ip6tables-nft-restore < ${KEPT}/live-6
    `);
  });

  test('there is nothing to change and no drift, and its generations are shown', () => {
    expect(fw('validate').status).toBe(0);
    expect(fw('plan --detailed-exitcode').status).toBe(0);
    expect(fw('drift').status).toBe(0);
    expect(fw('status').stdout).toMatch(/^Generation: +2, applied 2026-11-29 .* by root/m);
    expect(fw('show 1').stdout).toContain('--dports 80,443 -j ACCEPT   state/shop.yaml:16');
    expect(fw('blame shop/ipv4/filter/fw-web').stdout).toMatch(/2 .*--dports 80,8443/);
  });

  test('a saved plan is shown, and applied within its time; then a generation is gone back to', () => {
    const plan = `${KEPT}/${which}/next-plan`;
    expect(fw(`show ${plan}`).stdout).toContain('--dports 80,8443 -> 80,9443   state/shop.yaml:16');
    expect(fw(`apply --auto-approve ${plan}`, '2026-12-01 12:00:00').stderr).toMatch(/expired at .* \[plan.stale\]/);
    expect(rules()).toContain('--dports 80,8443 -j ACCEPT');
    expect(fw(`apply --auto-approve ${plan}`, '2026-11-30 12:00:00').status).toBe(0);
    expect(rules()).toContain('--dports 80,9443 -j ACCEPT');
    expect(fw('rollback 1 --auto-approve').status).toBe(0);
    expect(rules()).toContain('--dports 80,443 -j ACCEPT');
    expect(fw('history').stdout).toMatch(/^4 .* generation 1$/m);
  });

  test('fw is taken out: its rules go and the foreign one stays', () => {
    // Only the later one recorded what was there before it. Without that an empty state does the same.
    run(`printf 'namespace: shop\\ntables: {}\\n' > /mnt/site/state/shop.yaml`);
    const words = which === 'last' ? 'rollback 0' : 'apply';
    expect(fw(`${words} --auto-approve --allow-empty --allow-mass-removal`).status).toBe(0);
    expect(rules().match(/^-A.*/gm)).toEqual(['-A INPUT -p icmp -j ACCEPT']);
  });
});

test('JSON and streams have every key that those of 0.1.0 had', () => {
  run(`${BARE}ip netns exec shop iptables-nft -A INPUT -p icmp -j ACCEPT
    sed -i 's/80,8443/80,443/; s,192.0.2.0/25,192.0.2.0/24,' /mnt/site/state/shop.yaml`);
  expectKeysOf('plan', fw('plan --json').stdout);
  expect(fw('apply --auto-approve').status).toBe(0);
  run(`cp ${KEPT}/state/shop.yaml /mnt/site/state/`);
  expectKeysOf('apply', fw('apply --auto-approve --json').stdout);
  expectKeysOf('history', fw('history --json').stdout);
  expectKeysOf('generation', fw('show 2 --json').stdout);
});

/** `at` is the time that the wall clock shows it. */
function fw(words: string, at?: string) {
  const clock = at === undefined ? '' : `LD_PRELOAD=${FAKETIME} FAKETIME='@${at}' FAKETIME_DONT_FAKE_MONOTONIC=1 `;
  // bash reads its start file where its input is that of a network program, which the pipe of a test looks like.
  const { status, stdout, stderr } = machine.run(`${clock}${process.execPath} ${BUILT} ${words}`, '/mnt/site');
  return { status, stdout, stderr: stderr.replace(/^.*bashrc: .*\n/, '') };
}

function run(words: string): string {
  const { status, stdout, stderr } = machine.run(words);
  expect(status, stderr).toBe(0);
  return stdout;
}

function rules(): string {
  return run('ip netns exec shop iptables-nft-save');
}

function expectKeysOf(name: string, printed: string): void {
  const now = keysOf(printed);
  const then = [...keysOf(readFileSync(`${KEPT}/last/${name}`, 'utf8'))];
  expect(then.length).toBeGreaterThan(10);
  expect(
    then.filter((key) => !now.has(key)),
    name,
  ).toEqual([]);
}

/** Every way into the documents of a text of lines, with the type of the line in front. */
function keysOf(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const line of text.trim().split('\n')) {
    const document = JSON.parse(line) as Readonly<Record<string, unknown>>;
    addKeys(String(document.type ?? document.kind), document, keys);
  }
  return keys;
}

function addKeys(path: string, value: unknown, keys: Set<string>): void {
  keys.add(path);
  if (Array.isArray(value)) for (const item of value) addKeys(`${path}[]`, item, keys);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) addKeys(`${path}.${key}`, item, keys);
}
