import { carryOutOn } from '../../src/app/apply/carry-out-on.ts';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { ownershipOf } from '../../src/core/ownership/ownership.ts';
import { compileHandOver, namesToHandOver } from '../../src/core/plan/hand-over.ts';
import type { TableStep } from '../../src/core/plan/types.ts';
import { chainsWithRules, makeSkeleton } from '../../src/core/rehearsal/skeleton.ts';
import { parseSave } from '../../src/core/restore/parse-save.ts';
import { printTable } from '../../src/core/restore/print-table.ts';
import { digestTable } from '../../src/core/rules/digest.ts';
import type { Backend, Family, Table } from '../../src/core/rules/types.ts';
import type { Scratch } from '../../src/ports/ports.ts';

const OWNERSHIP = { kind: 'exclusive', keep: [] } as const;

export type Verdicts = {
  /** What came of the rehearsal of the whole table, and of that on the skeleton: what was refused, or the table that it became, with counters. */
  readonly whole: string;
  readonly skeleton: string;
  readonly rules: { readonly whole: number; readonly skeleton: number };
};

/** Loads a table as it is written, where nothing of it was; undefined where the kernel refuses it. */
export async function loaded(
  scratch: Scratch,
  backend: Backend,
  family: Family,
  table: Table,
): Promise<Table | undefined> {
  await forget(scratch, backend, family, table);
  const { exitCode } = await scratch.restore(backend, family, printTable(table, { counters: true }), {
    noflush: false,
  });
  if (exitCode !== 0) return undefined;
  const { stdout } = await scratch.save(backend, family);
  return parseSave(stdout, family).ruleset.tables.find(({ name }) => name === table.name);
}

/** What rules of one name share goes with the last of them. */
function forget(scratch: Scratch, backend: Backend, family: Family, { name }: Table): Promise<unknown> {
  return scratch.restore(backend, family, `*${name}\nCOMMIT\n`, { noflush: false });
}

/** Rehearses the change from a table as iptables-save shows it to another one: on the whole table, then on its skeleton. */
export async function rehearseBoth(
  scratch: Scratch,
  backend: Backend,
  family: Family,
  live: Table,
  goal: Table,
): Promise<Verdicts> {
  const step = stepOf(backend, family, live, goal);
  const skeleton = makeSkeleton(live, chainsWithRules([...step.edits, ...step.reverse]));
  const verdicts = [];
  for (const reduced of [undefined, skeleton]) {
    await forget(scratch, backend, family, live);
    const read = await carryOutOn(scratch, step, live, { skeleton: reduced });
    verdicts.push(
      read instanceof FwError ? `${read.code}: ${read.message}` : printTable(read.table, { counters: true }),
    );
  }
  const [whole = '', onSkeleton = ''] = verdicts;
  return { whole, skeleton: onSkeleton, rules: { whole: count(live), skeleton: count(skeleton.table) } };
}

function stepOf(backend: Backend, family: Family, before: Table, after: Table): TableStep {
  const table = before.name;
  const ownership = ownershipOf(table, OWNERSHIP);
  const [there, back] = [
    { from: before, to: after, ownership },
    { from: after, to: before, ownership },
  ];
  return {
    namespace: { kind: 'host' },
    family,
    backend,
    table,
    ownership: OWNERSHIP,
    chains: [],
    edits: compileHandOver(table, there, backend, namesToHandOver([there])),
    reverse: compileHandOver(table, back, backend, namesToHandOver([back])),
    before,
    after,
    digests: { before: digestTable(before, table), after: digestTable(after, table) },
    created: false,
    notes: [],
  };
}

function count({ chains }: Table): number {
  return chains.reduce((sum, { rules }) => sum + rules.length, 0);
}
