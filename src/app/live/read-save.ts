import { FwError } from '../../core/diagnostics/errors.ts';
import { parseSave } from '../../core/restore/parse-save.ts';
import { isPristine, isTableName, TABLES } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ruleset, Table, TableName } from '../../core/rules/types.ts';
import type { Kernel, Ran, SaveRequest } from '../../ports/ports.ts';
import type { HiddenTable } from '../save-proof/hidden-table.ts';
import { describeTable } from '../save-proof/name-native-rules.ts';
import { cannotEnter } from './cannot-enter.ts';

/** The tables that a save shows, and those that it does not show as they are, which the ruleset does not hold. */
export type ReadSave = { readonly ruleset: Ruleset; readonly hidden: readonly HiddenTable[] };

/** As iptables-nft-save 1.8.9 says that it leaves something out of a table. */
const INCOMPLETE = /^# Table [`'](\S+)' (?:is incompatible|contains incompatible base-chains)/;

/**
 * Rules of one save. A table that iptables-nft-save cannot show keeps it from printing those behind it: then each is asked for by itself. Throws
 * where nothing can be read at all.
 */
export async function readSave(kernel: Kernel, request: SaveRequest, ran: Ran): Promise<ReadSave> {
  const parsed = ran.exitCode === 0 ? parseSave(ran.stdout, request.family) : undefined;
  if (parsed?.problems.length === 0) return { ruleset: parsed.ruleset, hidden: [] };
  if (request.backend === 'legacy' || ran.problem !== undefined) throw whyUnread(request, ran);
  const named = parsed?.problems.map(({ text }) => INCOMPLETE.exec(text)?.[1] ?? '') ?? [''];
  if (parsed !== undefined && named.every(isTableName)) {
    const tables = parsed.ruleset.tables.filter(({ name }) => !named.includes(name));
    return withHidden(kernel, request, tables, new Map(named.map((table) => [table as TableName, ran])));
  }
  return readApart(kernel, request, ran);
}

async function readApart(kernel: Kernel, request: SaveRequest, whole: Ran): Promise<ReadSave> {
  const rans = await Promise.all(kernel.save(TABLES.map((table) => ({ ...request, table }))));
  const tables: Table[] = [];
  const unread = new Map<TableName, Ran>();
  for (const [index, table] of TABLES.entries()) {
    const ran = rans[index] as Ran;
    const parsed = ran.exitCode === 0 ? parseSave(ran.stdout, request.family) : undefined;
    const found = parsed?.problems.length === 0 ? parsed.ruleset.tables.find(({ name }) => name === table) : undefined;
    if (found === undefined) unread.set(table, ran);
    // A table that is asked for by name is shown as an empty one where there is none.
    else if (!isPristine(found) || (await describeTable(kernel, request, table)) !== undefined) tables.push(found);
  }
  // Not for what a table holds: nothing of this namespace can be read.
  if (unread.size === TABLES.length) throw whyUnread(request, whole);
  return withHidden(kernel, request, tables, unread);
}

async function withHidden(
  kernel: Kernel,
  request: SaveRequest,
  tables: readonly Table[],
  unread: ReadonlyMap<TableName, Ran>,
): Promise<ReadSave> {
  const hidden: HiddenTable[] = [];
  for (const [table, ran] of unread) {
    const described = await describeTable(kernel, request, table);
    const error = whyUnread(request, ran, table);
    hidden.push({
      family: request.family,
      table,
      chains: described?.chains,
      error: described?.nameIn(error) ?? error,
    });
  }
  return { ruleset: { family: request.family, tables }, hidden };
}

/** The error for a save that does not show all as it is. */
function whyUnread(request: SaveRequest, ran: Ran, table?: TableName): FwError {
  const where = `${namespaceLabel(request.namespace)} ${request.family} (${request.backend})`;
  if (ran.exitCode !== 0) return cannotEnter(request.namespace, ran.stderr) ?? cannotRead(where, ran);
  const [problem] = parseSave(ran.stdout, request.family).problems.filter(({ text }) => {
    const named = INCOMPLETE.exec(text)?.[1];
    return table === undefined || named === undefined || named === table;
  });
  const code = problem?.kind === 'unreadable' ? 'live.unreadable' : 'live.untruthful';
  return new FwError(code, `${where}: iptables-save does not show all rules`, {
    ...(problem === undefined ? {} : { output: `line ${problem.line}: ${problem.text}` }),
    ...nextOf(problem?.kind),
  });
}

/** iptables-save 1.8.9 on a rule whose extension is not installed, or is an empty file. */
const MISSING_EXTENSION = /(?:match|target) extension not found|Couldn't load (?:match|target)/;

function nextOf(kind: string | undefined): { readonly next?: string } {
  if (kind === 'unreadable') return { next: 'Find the rule with nft list ruleset or iptables -S and replace it.' };
  if (kind !== 'unsupported') return {};
  return {
    next: 'Install the extension that the rule names, in a version that knows its options, or replace the rule.',
  };
}

function cannotRead(where: string, ran: Ran): FwError {
  if (ran.problem === 'timeout') return new FwError('kernel.timeout', `${where}: iptables-save did not answer in time`);
  if (ran.problem === 'missing') return new FwError('env.missing-binary', `${where}: iptables-save is not installed`);
  // nft, exit 3: the table is printed without the rules that it cannot express (1.8.9).
  return new FwError(
    ran.exitCode === 3 ? 'live.untruthful' : 'live.unreadable',
    `${where}: iptables-save ended with exit code ${ran.exitCode}`,
    {
      output: ran.stderr.trim(),
      ...(MISSING_EXTENSION.test(ran.stderr) ? nextOf('unsupported') : {}),
    },
  );
}
