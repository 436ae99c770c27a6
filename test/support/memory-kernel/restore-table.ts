import { isBuiltin } from '../../../src/core/rules/builtin.ts';
import type { Batch } from './batch.ts';
import { type Command, readCommand } from './command.ts';
import { copyTable, flushed, type LiveTable, type Place, pristine, ZERO } from './live-table.ts';
import { findFault } from './reach.ts';
import { Refused } from './refused.ts';
import type { Block } from './restore-text.ts';
import { runCommand } from './run-command.ts';

/** Names of sets that a rule may ask. */
export type CheckSets = (names: readonly string[], line: number) => void;

/**
 * What one table becomes by one block of restore text, or undefined where nothing makes it. Throws `Refused`, and then the live table stays as it is.
 * nft reads all lines before it carries out the first, and the kernel judges last; legacy takes each line as it comes and asks the kernel at COMMIT.
 */
export function restoreTable(
  live: LiveTable | undefined,
  block: Block,
  place: Place,
  { isNoflush, checkSets }: { readonly isNoflush: boolean; readonly checkSets: CheckSets },
): LiveTable | undefined {
  const commitLine = block.commitLine ?? block.broken?.line ?? 0;
  const start = live ?? pristine(place.table);
  const table = isNoflush ? copyTable(start) : flushed(start, place.backend);
  const batch: Batch = { place, table, isNoflush, commitLine, faults: [], made: new Set(), counted: new Set() };
  const read = ({ text, line }: Block['lines'][number]): Command => {
    const command = readCommand(text, line, place);
    if ('rule' in command) checkSets(command.rule.sets, line);
    return command;
  };
  const isChanged = place.backend === 'nft' ? runBatch(batch, block.lines.map(read)) : runLines(batch, block, read);
  if (block.broken !== undefined) throw block.broken;
  if (place.backend === 'legacy') return isChanged || !isNoflush ? zeroOthers(batch) : live;
  return isChanged || (isNoflush && live !== undefined) ? table : undefined;
}

/** Resolves to whether any line makes the table: some do nothing where there is none. */
function runBatch(batch: Batch, commands: readonly Command[]): boolean {
  const blamed: Refused[] = [];
  for (const command of commands) {
    runCommand(batch, command);
    if (command.kind !== 'add' && command.kind !== 'replace') continue;
    const fault = findFault(batch.table, 'nft');
    if (fault === undefined) continue;
    const verb = command.kind === 'replace' ? 'REPLACE' : command.at === 'end' ? 'APPEND' : 'INSERT';
    const words = `RULE_${verb} failed (${fault}): rule in chain ${command.chain}`;
    blamed.push(new Refused('kernel', command.line, words));
  }
  const [first] = [...batch.faults, ...blamed].sort((one, other) => one.line - other.line);
  if (first !== undefined) throw first;
  return commands.some(({ kind, chain }) => chain !== undefined || !['flush', 'remove', 'zero'].includes(kind));
}

/** Resolves to whether any line asks for a commit: a policy line without a policy does not. */
function runLines(batch: Batch, block: Block, read: (line: Block['lines'][number]) => Command): boolean {
  let isChanged = false;
  for (const line of block.lines) {
    const command = read(line);
    runCommand(batch, command);
    isChanged ||= !(command.kind === 'chain' && command.policy === '-' && isBuiltin(batch.table.name, command.chain));
  }
  const fault = findFault(batch.table, 'legacy');
  if (fault !== undefined && block.broken === undefined) throw new Refused('kernel', batch.commitLine, fault);
  return isChanged;
}

/** A legacy commit exchanges the whole table: of policy counters only those stay that the text sets itself. */
function zeroOthers({ table, counted }: Batch): LiveTable {
  for (const [name, chain] of table.chains) if (!counted.has(name)) chain.counters = ZERO;
  return table;
}
