import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Family } from '../rules/types.ts';
import { readScriptLine, reportProblem, type Script } from './script-line.ts';
import type { ScriptTable } from './script-table.ts';

export type { ScriptChain, ScriptTable } from './script-table.ts';

/**
 * Runs a file for iptables-restore in memory, from empty tables, for one family. Tables come in the order of their first rule set and
 * hold what the kernel would, with one rule for each address of a list. Everything that iptables-restore 1.8.9 of either backend
 * refuses and that can be recognised without knowing matches and targets is a diagnostic (test/kernel/grammar.test.ts), and so is what
 * the backends understand differently. Counters are not kept.
 */
export function parseScript(
  file: string,
  text: string,
  family: Family,
): { readonly tables: readonly ScriptTable[]; readonly diagnostics: readonly Diagnostic[] } {
  const isAscii = !/[^ -~\n]/.test(text);
  const script: Script = { file, family, isAscii, tables: new Map(), diagnostics: [], open: undefined };
  const returns = text.indexOf('\r\n');
  if (returns >= 0) {
    const hint = 'Convert the file, for example with dos2unix.';
    reportProblem(script, 0, {
      message: 'The file has Windows line ends (CR LF)',
      hint,
      start: returns,
      end: returns + 1,
    });
  }
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, returns >= 0 && text.charAt(end - 1) === '\r' ? end - 1 : end);
    readScriptLine(script, line, start);
    start = end + 1;
  }
  if (typeof script.open === 'object') {
    const { start, end } = script.open.span;
    reportProblem(script, 0, {
      message: `The table ${script.open.name} has no COMMIT`,
      hint: 'End it with a line COMMIT.',
      start,
      end,
    });
  }
  const tables = [...script.tables.values()].map(({ name, span, chains }) => ({
    name,
    span,
    chains: [...chains.values()],
  }));
  return { tables, diagnostics: script.diagnostics };
}
