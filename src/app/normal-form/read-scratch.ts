import { FwError } from '../../core/diagnostics/errors.ts';
import { matchSaved } from '../../core/normal-form/match-saved.ts';
import { readRefusal } from '../../core/normal-form/refusal.ts';
import { printScratch, type ScratchRule, type ScratchTable } from '../../core/normal-form/scratch-script.ts';
import { parseSave } from '../../core/restore/parse-save.ts';
import type { Backend, Chain, Family, TableName } from '../../core/rules/types.ts';
import type { Scratch } from '../../ports/ports.ts';

/** The chains of one table, as iptables-save prints them in the scratch namespace. */
export async function readBack(
  scratch: Scratch,
  backend: Backend,
  family: Family,
  table: TableName,
): Promise<ReadonlyMap<string, Chain>> {
  const ran = await scratch.save(backend, family);
  const { ruleset, problems } = parseSave(ran.stdout, family);
  const [problem] = problems;
  if (ran.exitCode !== 0 || problem !== undefined) {
    throw new FwError(
      ran.problem === 'timeout' ? 'kernel.timeout' : 'live.unreadable',
      `iptables-save (${backend}, ${family}) could not read rules back from a scratch namespace`,
      {
        output: problem?.text ?? ran.stderr.trim(),
      },
    );
  }
  const saved = ruleset.tables.find((candidate) => candidate.name === table);
  return new Map((saved?.chains ?? []).map((chain) => [chain.name, chain]));
}

/**
 * For rules of one chain of which a host name makes more than is known beforehand: loads them in ever smaller parts, until each part
 * shows what comes from which. The resolver may answer in another order each time, never in another number.
 */
export async function readApart(
  scratch: Scratch,
  backend: Backend,
  family: Family,
  table: ScratchTable,
  rules: readonly ScratchRule[],
): Promise<readonly (readonly string[])[]> {
  const ran = await scratch.restore(backend, family, printScratch({ ...table, jumps: [] }, rules).text, {
    noflush: false,
  });
  if (ran.exitCode !== 0) {
    throw new FwError('kernel.rejected', `iptables (${backend}, ${family}) refuses rules without their neighbours`, {
      output: readRefusal(ran.stderr).output,
    });
  }
  const saved = textsOf(await readBack(scratch, backend, family, table.table), rules[0]?.chain ?? '');
  const parts = matchSaved(
    rules.map(({ rule }) => rule.text),
    saved,
  );
  if (parts !== undefined) return parts;
  if (rules.length < 2) return [saved];
  const middle = rules.length >> 1;
  const first = await readApart(scratch, backend, family, table, rules.slice(0, middle));
  return [...first, ...(await readApart(scratch, backend, family, table, rules.slice(middle)))];
}

export function textsOf(chains: ReadonlyMap<string, Chain>, name: string): readonly string[] {
  return (chains.get(name)?.rules ?? []).map(({ text }) => text);
}
