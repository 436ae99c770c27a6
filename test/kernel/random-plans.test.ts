import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countChanges } from '../../src/core/plan/count-changes.ts';
import { tablesIn } from '../../src/core/plan/in-order.ts';
import { isBuiltin } from '../../src/core/rules/builtin.ts';
import { type Backend, FAMILIES, type Table, type TableName } from '../../src/core/rules/types.ts';
import type { Kernel } from '../../src/ports/ports.ts';
import { arbitraryTable } from '../support/arbitrary-ruleset.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const SEED = 20261124;
/** For each backend, batches of namespaces of two families, which one apply brings from a first ruleset to a second: 32 pairs. */
const [BATCHES, OF_A_BATCH] = [4, 4];

type Case = {
  readonly namespace: string;
  readonly table: TableName;
  readonly ownership: 'shared' | 'exclusive';
  readonly before: Table;
  readonly after: Table;
};

function makeCases(batch: number): readonly Case[] {
  const names = ['filter', 'mangle', 'nat'] as const;
  return Array.from({ length: OF_A_BATCH }, (_, index): Case => {
    const table = names[(batch + index) % names.length] ?? 'filter';
    const arbitrary = arbitraryTable({ name: table, maxRules: 10 });
    const [pair] = fc.sample(fc.tuple(arbitrary, arbitrary), { seed: SEED + batch * 100 + index, numRuns: 1 });
    const [before, after] = pair ?? [];
    if (before === undefined || after === undefined) throw new Error('no sample');
    const ownership = index % 2 === 0 ? 'shared' : 'exclusive';
    return { namespace: makeNamespace(String(index)), table, ownership, before, after };
  });
}

/** Rules of others in every namespace: chains, jumps to them in the first built-in chain, and rules between them. */
function loadForeign({ namespace, table }: Case, backend: Backend): void {
  const hook = table === 'filter' ? 'FORWARD' : 'OUTPUT';
  const lines = ['-A THEIRS-1 -p udp -j THEIRS-2', '-A THEIRS-2 -j RETURN', '-A THEIRS-2 -j ACCEPT'];
  const hooks = [`-A ${hook} -j THEIRS-1`, `-A ${hook} -p tcp -j THEIRS-2`];
  const text = [`*${table}`, ':THEIRS-1 - [0:0]', ':THEIRS-2 - [0:0]', ...lines, ...hooks, 'COMMIT', ''].join('\n');
  for (const family of FAMILIES) load(namespace, backend, family, text);
}

function document({ namespace, table, ownership }: Case, goal: Table, backend: Backend): string {
  const chains = goal.chains.map((chain) => {
    const policy = chain.policy === undefined ? '' : `policy: ${chain.policy}, `;
    const rules = chain.rules.map(({ text }) => `'${text.replaceAll("'", "''")}'`).join(', ');
    return `    ${chain.name}: {${policy}rules: [${rules}]}\n`;
  });
  const keep = ownership === 'exclusive' ? 'keep: [THEIRS-*]\n' : '';
  return `namespace: ${namespace}\nbackend: ${backend}\nownership: ${ownership}\n${keep}tables:\n  ${table}:\n${chains.join('')}`;
}

/** Gives every rule counters of its own, as traffic would; policies keep theirs. */
function setCounters({ namespace }: Case, backend: Backend): void {
  for (const family of FAMILIES) {
    let next = 0;
    const text = saved(namespace, backend, family, { counters: true }).replace(/^\[\d+:\d+\] /gm, () => {
      next += 1;
      return `[${next}:${next * 100}] `;
    });
    load(namespace, backend, family, text, ['--counters']);
  }
}

function everything(cases: readonly Case[], backend: Backend): readonly string[] {
  return cases.flatMap(({ namespace }) =>
    FAMILIES.map((family) => saved(namespace, backend, family, { counters: true })),
  );
}

/** What is not ours, with its counters: chains of others whole, and their rules in built-in chains. */
function foreignPart({ table, ownership }: Case, text: string): readonly string[] {
  return text.split('\n').filter((line) => {
    const [, chain = '', rule = ''] = /^\[\d+:\d+\] -A (\S+) (.*)$/.exec(line) ?? [];
    if (chain.startsWith('THEIRS') || line.startsWith(':THEIRS')) return true;
    if (!isBuiltin(table, chain)) return false;
    return ownership === 'shared' ? !/-[jg] fw-/.test(rule) : /-[jg] THEIRS/.test(rule);
  });
}

/** Rules of each chain of a save, without counters. */
function chainsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, string[]>();
  for (const [, chain = '', rule = ''] of text.matchAll(/^\[\d+:\d+\] -A (\S+) (.*)$/gm))
    chains.set(chain, [...(chains.get(chain) ?? []), rule]);
  return chains;
}

/** Fewest deletions plus insertions from one text to the other, chain by chain; by the textbook, to judge the real one. */
function fewestEdits(before: string, after: string): number {
  const [from, to] = [chainsOf(before), chainsOf(after)];
  let edits = 0;
  for (const name of new Set([...from.keys(), ...to.keys()])) {
    const [a, b] = [from.get(name) ?? [], to.get(name) ?? []];
    edits += a.length + b.length - 2 * lcsLength(a, b);
  }
  return edits;
}

function lcsLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const text of a) {
    const next = [0];
    for (const [at, other] of b.entries())
      next.push(text === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Makes the commit of the nth step fail as the kernel fails it. */
function failAt(nth: number): (kernel: Kernel) => Kernel {
  let step = 0;
  return (kernel) => ({
    ...kernel,
    restore: (target, text) => {
      step += 1;
      return kernel.restore(target, step === nth ? text.replace('COMMIT', '-D OUTPUT 60000\nCOMMIT') : text);
    },
  });
}

describe.each(BACKENDS)('random rulesets on %s', (backend) => {
  test.each(Array.from({ length: BATCHES }, (_, batch) => batch))('batch %i', async (batch) => {
    const cases = makeCases(batch);
    for (const one of cases) loadForeign(one, backend);
    const documents = (goal: (one: Case) => Table) =>
      Object.fromEntries(cases.map((one, index) => [`${index}.yaml`, document(one, goal(one), backend)]));
    const state = stateFolder(documents((one) => one.before));
    await apply(state);
    for (const one of cases) setCounters(one, backend);
    expect((await plan(state)).plan.steps).toEqual([]);
    const before = everything(cases, backend);

    writeFiles(
      state,
      documents((one) => one.after),
    );
    const { steps } = (await plan(state)).plan;
    expect(steps.length).toBeGreaterThan(OF_A_BATCH);
    // From the first step in the first batch to the last in the last.
    const nth = 1 + Math.round((batch / (BATCHES - 1)) * (steps.length - 1));
    await expect(apply(state, realPorts(failAt(nth)))).rejects.toMatchObject({ code: 'apply.rolled-back', exit: 8 });
    expect(everything(cases, backend)).toEqual(before);

    await apply(state);
    expect((await plan(state)).plan.steps).toEqual([]);
    const after = everything(cases, backend);
    for (const [index, one] of cases.entries()) {
      const [was, is] = [before, after].map((texts) => texts.slice(2 * index, 2 * index + 2));
      expect(is?.map((text) => foreignPart(one, text))).toEqual(was?.map((text) => foreignPart(one, text)));
      const counts = countChanges(
        tablesIn(steps).filter(({ namespace }) => namespace.kind === 'named' && namespace.name === one.namespace),
      );
      const edits = counts.add + counts.remove + 2 * (counts.move + counts.change);
      const fewest = FAMILIES.map((_, family) => fewestEdits(was?.[family] ?? '', is?.[family] ?? ''));
      expect(edits).toBe((fewest[0] ?? 0) + (fewest[1] ?? 0));
    }
  });
});
