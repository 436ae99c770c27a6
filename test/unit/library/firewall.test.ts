import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../../src/core/rules/types.ts';
import { FirewallError } from '../../../src/library/firewall-error.ts';
import type { CountedDocument, FirewallEvent, Proposal } from '../../../src/library/types.ts';
import { accepting, firewallOn, refusal } from '../../support/library.ts';
import { everything } from '../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../support/memory-ports/memory-host.ts';

const FOREIGN = '*filter\n:INPUT ACCEPT [3:30]\n[5:50] -A INPUT -s 10.0.0.9/32 -j DROP\nCOMMIT\n';

function makeHost(): MemoryHost {
  const host = new MemoryHost();
  const namespace = host.machine.add('a');
  for (const family of FAMILIES) namespace.restore('nft', family, FOREIGN, { noflush: true });
  return host;
}

describe('a plan', () => {
  test('is the document of fw show --json, and changes nothing', async () => {
    const host = makeHost();
    const was = everything(host);
    const plan = await firewallOn(host).plan(accepting('a', 80, 443));
    expect(plan.hasChanges).toBe(true);
    expect(plan.document).toMatchObject({
      kind: 'plan',
      applyable: true,
      host: 'edge',
      operator: 'agent',
      errored: false,
    });
    expect(plan.document.resource_changes).toContainEqual(
      expect.objectContaining({
        address: 'a/ipv4/filter/fw-INPUT#2',
        source: { file: 'ports.yaml', start: { line: 6 } },
      }),
    );
    expect(JSON.parse(plan.text)).toMatchObject({ kind: 'plan', state_name: 'agent' });
    expect(everything(host)).toEqual(was);
  });

  test('of documents is validated as files are, and its places are the paths that were given', async () => {
    const text = 'namespace: a\ntables:\n  filter:\n    INPUT:\n      - -p tcp -j\n';
    const error = await refusal(firewallOn(makeHost()).plan({ name: 'x', documents: [{ path: 'in/web.yaml', text }] }));
    expect(error).toMatchObject({ code: 'state.invalid', firewall: 'unchanged' });
    expect(error.diagnostics[0]?.range).toMatchObject({ filename: 'in/web.yaml', start: { line: 5 } });
    expect(error).toBeInstanceOf(FirewallError);
  });

  test('of documents needs a name, in the request or in a document', async () => {
    const firewall = firewallOn(makeHost());
    const { documents } = accepting('a', 80);
    const error = await refusal(firewall.plan({ documents }));
    expect(error).toMatchObject({ code: 'usage', exit: 64, message: expect.stringContaining('needs a name') });
    const named = documents.map(({ path, text }) => ({ path, text: `state: own\n${text}` }));
    expect((await firewall.plan({ documents: named })).hasChanges).toBe(true);
    expect(await refusal(firewall.plan({ documents, name: 'a/b' }))).toMatchObject({ code: 'usage' });
  });

  test('two states of documents share a data folder, and neither takes what the other has', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const owned = (owner: string, port: number) => ({
      name: owner,
      documents: [{ path: 'a.yaml', text: `owner: ${owner}\n${accepting('a', port).documents[0]?.text}` }],
    });
    await firewall.apply(await firewall.plan(owned('one', 80)));
    const second = await firewall.plan(owned('two', 81));
    expect(second.document.summary).toMatchObject({ remove: 0 });
    await firewall.apply(second);
    expect(await refusal(firewall.plan({ ...owned('one', 82), name: 'three' }))).toMatchObject({
      code: 'state.invalid',
    });
    expect(everything(host).a).toMatch(/-A one-INPUT .*--dport 80 [\s\S]*-A two-INPUT .*--dport 81 /);
  });

  test('from a snapshot needs no live rules', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const live = await firewall.snapshot({ namespaces: ['a'] });
    host.machine.named.delete('a');
    expect((await firewall.plan({ ...accepting('a', 80), live })).document.summary.add).toBe(4);
  });
});

describe('an apply', () => {
  test('applies the plan, records it with its operator, and tells what it does', async () => {
    const host = makeHost();
    const events: FirewallEvent[] = [];
    const firewall = firewallOn(host, { onEvent: (event) => void events.push(event) });
    const applied = await firewall.apply(await firewall.plan(accepting('a', 80)));
    expect(applied).toEqual({ changed: true, generation: 1, pending: null, unfiled: null, recovered: [] });
    expect(everything(host).a).toContain('[5:50] -A INPUT -s 10.0.0.9/32 -j DROP');
    expect(everything(host).a).toContain('-A fw-INPUT -p tcp -m tcp --dport 80 -j ACCEPT');
    expect(events.map(({ type }) => type)).toContain('apply_complete');
    expect(events[0]).toMatchObject({ '@module': 'fw', type: 'log', phase: 'read' });
    expect(await firewall.drift()).toMatchObject({
      kind: 'drift',
      in_sync: true,
      since: { generation: 1, operator: 'agent' },
    });
    expect(await firewall.history()).toMatchObject([
      { type: 'before', number: 0 },
      { type: 'generation', applied: ['agent'] },
    ]);
    expect(await firewall.status()).toMatchObject({ holder: null, last: { outcome: 'applied', generation: 1 } });
    const again = await firewall.apply(await firewall.plan(accepting('a', 80)));
    expect(again).toMatchObject({ changed: false });
  });

  test('a listener that fails changes nothing of it', async () => {
    const firewall = firewallOn(makeHost(), {
      onEvent: () => {
        throw new Error('full');
      },
    });
    expect(await firewall.apply(await firewall.plan(accepting('a', 80)))).toMatchObject({ generation: 1 });
  });

  test('of live rules that moved is refused, and nothing is written', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const plan = await firewall.plan(accepting('a', 80));
    host.machine.named.get('a')?.restore('nft', 'ipv4', '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n', { noflush: true });
    const was = everything(host);
    const error = await refusal(firewall.apply(plan));
    expect(error).toMatchObject({ code: 'plan.stale', exit: 4, firewall: 'unchanged' });
    expect(error.next).not.toContain('--rebase');
    expect(everything(host)).toEqual(was);
  });

  test('takes plans of this process only, and as they were made', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const plan = await firewall.plan(accepting('a', 80));
    expect(await refusal(firewall.apply({ ...plan }))).toMatchObject({ code: 'usage' });
    expect(() => Object.assign(plan, { text: '' })).toThrow(TypeError);
    expect(everything(host).a).not.toContain('fw-INPUT');
  });

  test('stops at a closed guard, which its id or its flag opens and no other name', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    await firewall.apply(await firewall.plan(accepting('a', 80)));
    const nothing = {
      name: 'agent',
      documents: [{ path: 'a.yaml', text: 'namespace: a\ntables: {filter: {INPUT: []}}\n' }],
    };
    const plan = await firewall.plan({ ...nothing, allowEmpty: true });
    expect(plan.findings).toMatchObject([{ id: 'FWG01', flag: '--allow-empty' }]);
    const closed = await refusal(firewall.apply(plan));
    expect(closed).toMatchObject({ code: 'plan.guard', exit: 5, firewall: 'unchanged' });
    expect(closed.diagnostics[0]).toMatchObject({ code: 'FWG01' });
    expect(await refusal(firewall.apply(plan, { allow: ['FWG02', '--allow-foreign-removal'] }))).toMatchObject({
      code: 'plan.guard',
    });
    expect(await firewall.apply(plan, { allow: ['FWG01'] })).toMatchObject({ changed: true });
  });

  test('asks for approval under the lock, with the document; anything but true is a no', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const plan = await firewall.plan(accepting('a', 80));
    const was = everything(host);
    const asked: Proposal[] = [];
    const answers: readonly (() => unknown)[] = [
      () => false,
      () => 'yes',
      () => undefined,
      () => {
        throw new Error('no answer');
      },
    ];
    for (const answer of answers) {
      const approve = (proposal: Proposal) => {
        expect(host.lock.holder).toBeDefined();
        asked.push(proposal);
        return answer() as boolean;
      };
      expect(await refusal(firewall.apply(plan, { approve }))).toMatchObject({
        code: 'apply.unapproved',
        firewall: 'unchanged',
      });
    }
    expect(asked[0]?.document.resource_changes).toEqual(plan.document.resource_changes);
    expect(everything(host)).toEqual(was);
    expect(host.lock.holder).toBeUndefined();
    expect(await firewall.apply(plan, { approve: async () => true })).toMatchObject({ generation: 1 });
  });

  test.each([
    [{ confirmSeconds: 0 }],
    [{ confirmSeconds: Number.NaN }],
    [{ lockTimeoutSeconds: 1e9 }],
    [{ allow: ['FWG99'] as never }],
    [{ allow: 'FWG01' as never }],
  ])('refuses %j before it does anything', async (options) => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const plan = await firewall.plan(accepting('a', 80));
    expect(await refusal(firewall.apply(plan, options))).toMatchObject({ code: 'usage', firewall: 'unchanged' });
    expect(await host.start().ports.journal.unfinished()).toEqual([]);
    expect(host.disk.journals.size).toBe(0);
  });
});

describe('a call that is stopped', () => {
  test('before the first write changes nothing and lets go of the lock', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const plan = await firewall.plan(accepting('a', 80));
    const was = everything(host);
    const stop = new AbortController();
    const approve = () => {
      stop.abort();
      return true;
    };
    const error = await refusal(firewall.apply(plan, { signal: stop.signal, approve }));
    expect(error).toMatchObject({ code: 'run.interrupted', firewall: 'unchanged' });
    expect(host.lock.holder).toBeUndefined();
    expect(host.disk.journals.size).toBe(0);
    expect(everything(host)).toEqual(was);
    expect(await refusal(firewall.plan({ ...accepting('a', 80), signal: stop.signal }))).toMatchObject({
      code: 'run.interrupted',
    });
  });

  test('after it goes back, and it is proven', async () => {
    const host = makeHost();
    const stop = new AbortController();
    const firewall = firewallOn(host, {
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type === 'apply_complete') stop.abort();
      },
    });
    const plan = await firewall.plan(accepting('a', 80));
    const was = everything(host);
    expect(await refusal(firewall.apply(plan))).toMatchObject({
      code: 'run.interrupted',
      firewall: 'rolled back and verified',
    });
    expect(everything(host)).toEqual(was);
    expect(await firewallOn(host).history()).toMatchObject([{ type: 'went-back', why: 'interrupted' }]);
  });
});

describe('an apply that waits', () => {
  test('is kept by confirm and taken back by reject, by its id or as the only one', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const was = everything(host);
    const first = await firewall.apply(await firewall.plan(accepting('a', 80)), { confirmSeconds: 60 });
    expect(first).toMatchObject({ generation: null, pending: { id: expect.any(String) } });
    expect(await refusal(firewall.rollback())).toMatchObject({ code: 'apply.pending' });
    expect(await firewall.recover()).toEqual({
      rolledBack: [],
      unrecorded: [],
      rewatched: [],
      waiting: [first.pending?.id],
    });
    expect(await firewall.reject()).toMatchObject({ id: first.pending?.id, why: 'rejected', undone: true });
    expect(everything(host)).toEqual(was);
    const second = await firewall.apply(await firewall.plan(accepting('a', 81)), { confirmSeconds: 60 });
    expect(await refusal(firewall.confirm('20260101T000000000Z-1'))).toMatchObject({ code: 'apply.not-pending' });
    expect(await firewall.confirm(second.pending?.id)).toMatchObject({
      generation: 1,
      differs: [],
      gone: [],
      unread: null,
    });
    const error = await refusal(firewall.confirm());
    expect(error).toMatchObject({ code: 'apply.not-pending', next: 'See fw status --data-dir /srv/data.' });
  });

  test('goes back by its watchdog when its time is over', async () => {
    const host = makeHost();
    const firewall = firewallOn(host);
    const was = everything(host);
    await firewall.apply(await firewall.plan(accepting('a', 80)), { confirmSeconds: 60 });
    await host.clock.advance(61);
    await host.settle();
    expect(everything(host)).toEqual(was);
    expect(await firewall.history()).toMatchObject([{ type: 'went-back', why: 'not confirmed' }]);
  });
});

test('a rollback goes to a generation by number, and asks as an apply does', async () => {
  const host = makeHost();
  const firewall = firewallOn(host);
  const was = everything(host);
  await firewall.apply(await firewall.plan(accepting('a', 80)));
  await firewall.apply(await firewall.plan(accepting('a', 80, 81)));
  expect(await refusal(firewall.rollback({ to: 1, approve: () => false }))).toMatchObject({ code: 'apply.unapproved' });
  expect(await firewall.rollback()).toMatchObject({ changed: true, generation: 3 });
  expect(everything(host).a).not.toContain('--dport 81');
  expect(await firewall.rollback({ to: 0 })).toMatchObject({ changed: true });
  expect(everything(host)).toEqual(was);
  expect(await refusal(firewall.rollback({ to: -1 }))).toMatchObject({ code: 'usage' });
});

test('a reader is told what was counted since it was told last, and again what it did not take', async () => {
  const host = makeHost();
  const firewall = firewallOn(host);
  const count = () => {
    const text = '*filter\n:INPUT ACCEPT [3:30]\n[7:70] -A INPUT -s 10.0.0.9/32 -j DROP\nCOMMIT\n';
    host.machine.named.get('a')?.restore('nft', 'ipv4', text, { noflush: false });
  };
  const told: CountedDocument[] = [];
  const ask = (tell: (counted: CountedDocument) => void) =>
    firewall.countersSinceLast('billing', tell, { namespaces: ['a'], families: ['ipv4'], dropping: true });
  const take = (counted: CountedDocument) => void told.push(counted);
  await ask(take);
  count();
  const fail = () => {
    throw new Error('full');
  };
  const error = await refusal(ask(fail));
  expect(error).toMatchObject({ code: 'env.output', firewall: 'unchanged', output: 'full' });
  await ask(take);
  expect(told.map(({ counters }) => counters.map(({ packets, change }) => [packets, change]))).toEqual([
    [['5', 'first']],
    [['2', 'counted']],
  ]);
  expect(told[1]?.since).toMatchObject([{ type: 'since', reader: 'billing', namespace: 'a', why: null }]);
});

test('counters and traces are the documents of the commands', async () => {
  const firewall = firewallOn(makeHost());
  await firewall.apply(await firewall.plan(accepting('a', 80)));
  const rows = await firewall.counters({ namespaces: ['a'], dropping: true, families: ['ipv4'] });
  expect(rows).toMatchObject([
    { type: 'counter', text: '-s 10.0.0.9/32 -j DROP', packets: '5', bytes: '50', owner: 'foreign' },
  ]);
  const packet = {
    protocol: 'tcp',
    source: '192.0.2.7:40000',
    destination: '192.0.2.1:80',
    in: 'eth0',
    namespace: 'a',
  };
  expect(await firewall.trace(packet)).toMatchObject({ kind: 'trace', rules: 'live', way: { verdict: 'accept' } });
  expect(await firewall.trace({ ...packet, desired: accepting('a', 22) })).toMatchObject({ rules: 'desired' });
  expect(await refusal(firewall.trace({ ...packet, source: 'nowhere' }))).toMatchObject({ code: 'usage' });
});
