import { expect, test } from 'vitest';
import { readStatus } from '../../../../src/app/query/read-status.ts';
import { recoverAll } from '../../../../src/app/recover/recover-all.ts';
import type { Ports } from '../../../../src/ports/ports.ts';
import { printStatus } from '../../../../src/ui/answers/print-status.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, STATE } from '../../../support/memory-ports/run-fw.ts';

const ENTRY =
  'ipv4     2 tcp      6 9 ESTABLISHED src=10.0.0.2 dst=10.0.0.1 sport=4 dport=25 src=10.0.0.1 dst=10.0.0.2 sport=25 dport=4 mark=0 use=1 id=7\n';
const document = (target: string) =>
  `namespace: a\nownership: exclusive\nconnections: end-refused\ntables:\n  filter:\n    INPUT: [-p tcp --dport 25 -j ${target}]\n`;

/** A machine with one running connection, which the second apply refuses; `deleted` are the ids of entries that fw deleted. */
async function makeHost() {
  const host = new MemoryHost();
  host.machine.add('a');
  const deleted: string[] = [];
  const withConntrack = (ports: Ports): Ports => ({
    ...ports,
    conntrack: {
      list: (targets) =>
        targets.map(async ({ family }) => ({
          exitCode: 0,
          stdout: family === 'ipv4' && deleted.length === 0 ? ENTRY : '',
          stderr: '',
        })),
      routes: async () =>
        new Map<string, 'local' | { output: string }>([
          ['10.0.0.1', 'local'],
          ['10.0.0.2', { output: 'eth0' }],
        ]),
      closeSockets: async () => 'closed',
      deleteEntry: async (_, { id }) => {
        deleted.push(id);
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    },
  });
  host.files.set(`${STATE}/a.yaml`, document('ACCEPT'));
  await applyAll(withConntrack(host.start().ports));
  host.clock.uptime += 60;
  await host.settle();
  host.files.set(`${STATE}/a.yaml`, document('DROP'));
  return { host, deleted, withConntrack };
}

/** The apply is kept, and its process dies before it ends the connection. */
async function cutOff() {
  const made = await makeHost();
  const { ports, effects } = made.host.start();
  const journal = {
    ...ports.journal,
    begin: async (...args: Parameters<typeof ports.journal.begin>) => {
      const open = await ports.journal.begin(...args);
      const append: typeof open.append = async (entry) => {
        await open.append(entry);
        if (entry.kind === 'end') effects.die();
      };
      return { ...open, append };
    },
  };
  const alive = made.withConntrack({ ...ports, journal });
  const deleteEntry: typeof alive.conntrack.deleteEntry = async (...args) => {
    effects.check();
    return alive.conntrack.deleteEntry(...args);
  };
  await applyAll({ ...alive, conntrack: { ...alive.conntrack, deleteEntry } }).catch(() => undefined);
  effects.die();
  await made.host.settle();
  expect(made.deleted).toEqual([]);
  return made;
}

test('connections of an apply that was kept by a run which died are ended by fw recover, once', async () => {
  const { host, deleted, withConntrack } = await cutOff();
  const status = await readStatus(host.start().ports);
  expect(printStatus(status).join('\n')).toMatch(/Connections: .* of alice was to end .* End them: {2}fw recover/);
  const recovery = await recoverAll(withConntrack(host.start().ports), () => {});
  expect(recovery.ended).toMatchObject([{ operator: 'alice', ended: { ended: 1, problems: [] } }]);
  expect(deleted).toEqual(['7']);
  const again = await recoverAll(withConntrack(host.start().ports), () => {});
  expect(again.ended).toEqual([]);
  expect((await readStatus(host.start().ports)).leftToEnd).toEqual([]);
});

test('the next apply ends them before it begins', async () => {
  const { host, deleted, withConntrack } = await cutOff();
  host.files.set(`${STATE}/a.yaml`, document('REJECT'));
  host.clock.uptime += 60;
  await applyAll(withConntrack(host.start().ports));
  expect(deleted).toEqual(['7']);
});

test('where other rules are live by then, or the machine was booted, they are left', async () => {
  const { host, deleted, withConntrack } = await cutOff();
  host.machine.named.get('a')?.restore('nft', 'ipv4', '*filter\n-F INPUT\nCOMMIT\n', { noflush: true });
  const { ended } = await recoverAll(withConntrack(host.start().ports), () => {});
  expect(ended).toMatchObject([{ ended: { problems: ['none ended: the rules are not as they were applied'] } }]);
  const other = await cutOff();
  other.host.boot();
  other.host.machine.add('a');
  expect((await recoverAll(other.withConntrack(other.host.start().ports), () => {})).ended).toEqual([]);
  expect([...deleted, ...other.deleted]).toEqual([]);
});
