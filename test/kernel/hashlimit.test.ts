import { describe, expect, test } from 'vitest';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { commitsOf } from '../support/restore-text.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const CASES = (['nft', 'legacy'] as const).flatMap((backend) =>
  (['ipv4', 'ipv6'] as const).map((family) => ({ backend, family })),
);
type Case = (typeof CASES)[number];

const ECHO = { ipv4: '-p icmp --icmp-type 8', ipv6: '-p icmpv6 --icmpv6-type 128' };

/** One packet an hour, or as many as come. */
const SLOW = '1/hour';
const FAST = '1000/sec';

function limit({ family }: Case, rate: string, name = 'ping', more = ''): string {
  const buckets = `--hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name ${name}`;
  return `${ECHO[family]} ${more}-m hashlimit --hashlimit-upto ${rate} ${buckets}`;
}

/** Of four echo requests over loopback, those that came through. */
function answers(namespace: string, { family }: Case): number {
  const address = family === 'ipv4' ? '127.0.0.1' : '::1';
  const { stdout } = inNamespace(namespace, 'ping', ['-c4', '-i0.01', '-W0.2', address]);
  return Number(/(\d+) received/.exec(stdout)?.[1]);
}

function namespaceUp(): string {
  const name = makeNamespace();
  inNamespace(name, 'ip', ['link', 'set', 'lo', 'up']);
  return name;
}

type Chains = Readonly<Record<string, readonly string[]>>;

function document(namespace: string, one: Case, tables: Readonly<Record<string, Chains>>): string {
  const { backend, family } = one;
  return JSON.stringify({ namespace, backend, family, tables });
}

describe.each(CASES)('hashlimit on $backend, $family', (one) => {
  const input = (rate: string, more?: string) => ({
    filter: { INPUT: [`${limit(one, rate, 'ping', more)} -j ACCEPT`, `${ECHO[one.family]} -j DROP`] },
  });

  test('a changed rate is the rate of the kernel, with every edit of the rule and after its way back', async () => {
    const ns = namespaceUp();
    const state = stateFolder({ 'a.yaml': document(ns, one, input(SLOW)) });
    await apply(state);
    expect(answers(ns, one)).toBe(1);
    writeFiles(state, { 'a.yaml': document(ns, one, input(FAST, '-m comment --comment more ')) });
    const made = await plan(state);
    expect(
      tableSteps(made.plan)
        .flatMap(({ notes }) => notes)
        .join('\n'),
    ).toContain('hashlimit ping: made anew');
    await apply(state);
    expect(answers(ns, one)).toBe(4);
    expect((await plan(state)).plan.steps).toEqual([]);

    writeFiles(state, { 'a.yaml': document(ns, one, input(SLOW)) });
    const ports = realPorts();
    let meanwhile = -1;
    const failing = {
      ...ports,
      journal: {
        ...ports.journal,
        begin: async (...words: Parameters<typeof ports.journal.begin>) => {
          const journal = await ports.journal.begin(...words);
          return {
            ...journal,
            append: async (entry: Parameters<typeof journal.append>[0]) => {
              if (entry.kind === 'end' && entry.outcome === 'applied') {
                meanwhile = answers(ns, one);
                throw new Error('the disk is full');
              }
              await journal.append(entry);
            },
          };
        },
      },
    };
    await expect(apply(state, failing)).rejects.toMatchObject({ code: 'apply.rolled-back' });
    expect(meanwhile).toBe(1);
    expect(answers(ns, one)).toBe(4);
    expect(saved(ns, one.backend, one.family)).not.toContain('--hashlimit-name fw-');
  });

  test('an apply that ends between the two commits goes back to the old rules and the old rate', async () => {
    const ns = namespaceUp();
    const state = stateFolder({ 'a.yaml': document(ns, one, input(SLOW)) });
    await apply(state);
    writeFiles(state, { 'a.yaml': document(ns, one, input(FAST)) });
    const before = saved(ns, one.backend, one.family);
    let between = '';
    const ports = realPorts((kernel) => ({
      ...kernel,
      restore: async (target, text) => {
        const [first = '', second] = commitsOf(text);
        if (second === undefined || between !== '') return kernel.restore(target, text);
        const ran = await kernel.restore(target, first);
        between = saved(ns, one.backend, one.family);
        return { ...ran, exitCode: 1 };
      },
    }));
    await expect(apply(state, ports)).rejects.toMatchObject({ code: 'apply.rolled-back' });
    expect(between).toMatch(/--hashlimit-upto 1\/hour .*--hashlimit-name fw-[0-9a-f]{12}/);
    expect(saved(ns, one.backend, one.family)).toBe(before);
    expect(answers(ns, one)).toBe(1);
  });

  test('a name in two tables gets its new rate in both, also where a rule moves from one table to the other', async () => {
    const ns = namespaceUp();
    const both = (rate: string) => ({
      mangle: { PREROUTING: [`${limit(one, rate)} -j RETURN`, `${ECHO[one.family]} -j DROP`] },
      filter: { FORWARD: [`${limit(one, rate)} -j RETURN`] },
    });
    const state = stateFolder({ 'a.yaml': document(ns, one, both(SLOW)) });
    await apply(state);
    expect(answers(ns, one)).toBe(1);
    writeFiles(state, { 'a.yaml': document(ns, one, both(FAST)) });
    await apply(state);
    expect(answers(ns, one)).toBe(4);
    expect(saved(ns, one.backend, one.family).match(/--hashlimit-name \S+/g)).toEqual([
      '--hashlimit-name ping',
      '--hashlimit-name ping',
    ]);
    const only = { mangle: { PREROUTING: [] }, filter: { INPUT: [...input(SLOW).filter.INPUT] } };
    writeFiles(state, { 'a.yaml': document(ns, one, only) });
    await apply(state);
    expect(answers(ns, one)).toBe(1);
    const moved = { mangle: { PREROUTING: [...input(FAST).filter.INPUT] } };
    writeFiles(state, { 'a.yaml': document(ns, one, moved) });
    await apply(state);
    expect(answers(ns, one)).toBe(4);
  });

  test('an unchanged limit keeps its buckets when only the comment or the place of its rule changes', async () => {
    const ns = namespaceUp();
    const state = stateFolder({ 'a.yaml': document(ns, one, input(SLOW)) });
    await apply(state);
    expect(answers(ns, one)).toBe(1);
    writeFiles(state, { 'a.yaml': document(ns, one, input(SLOW, '-m comment --comment renamed ')) });
    await apply(state);
    expect(answers(ns, one)).toBe(0);
  });

  test('a rule of another program that holds the name is left alone', async () => {
    const ns = namespaceUp();
    const chain = one.family === 'ipv4' ? 'icmp' : 'icmpv6';
    load(
      ns,
      one.backend,
      one.family,
      `*filter\n:other-${chain} - [0:0]\n-A other-${chain} ${limit(one, SLOW)} -j ACCEPT\nCOMMIT\n`,
    );
    const state = stateFolder({ 'a.yaml': document(ns, one, input(FAST)) });
    const { warnings, plan: planned } = await plan(state);
    expect(warnings).toMatchObject([
      { code: 'state.named-state', message: expect.stringContaining('another program') },
    ]);
    expect(planned.steps.map(({ edits }) => edits.length)).toEqual([1]);
    await apply(state);
    expect(saved(ns, one.backend, one.family)).toContain(`--hashlimit-upto ${SLOW}`);
  });

  test('two rules of one name with other settings, and a list whose mask cannot change, are a warning with the place', async () => {
    const ns = makeNamespace();
    const recent = (mask: string) => `-m recent --name seen --set --mask ${mask} -j ACCEPT`;
    const [wide, narrow] =
      one.family === 'ipv4' ? ['255.255.255.0', '255.255.255.255'] : ['ffff:ffff::', 'ffff:ffff:ffff::'];
    const chains = (...rules: readonly string[]) => document(ns, one, { filter: { INPUT: rules } });
    const state = stateFolder({ 'a.yaml': chains(`${limit(one, SLOW)} -j ACCEPT`, recent(wide)) });
    expect((await plan(state)).warnings).toEqual([]);
    await apply(state);
    writeFiles(state, { 'a.yaml': chains(`${limit(one, SLOW)} -j ACCEPT`, recent(narrow)) });
    expect((await plan(state)).warnings).toMatchObject([
      { code: 'state.named-state', message: expect.stringContaining('list of recent `seen` keeps'), span: {} },
    ]);
    writeFiles(state, { 'a.yaml': chains(`${limit(one, SLOW)} -j ACCEPT`, `${limit(one, FAST)} -j DROP`) });
    expect((await plan(state)).warnings).toMatchObject([
      { code: 'state.named-state', message: expect.stringContaining('Two rules'), related: [{}], span: {} },
    ]);
  });
});
