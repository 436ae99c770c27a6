import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { RefusedRule } from '../../core/normal-form/describe-refused.ts';
import { matchSaved } from '../../core/normal-form/match-saved.ts';
import type { NormalTexts } from '../../core/normal-form/plan-scratch.ts';
import { readRefusal } from '../../core/normal-form/refusal.ts';
import { printScratch, type ScratchRule, type ScratchTable } from '../../core/normal-form/scratch-script.ts';
import { findCutText } from '../../core/rule-text/cut-text.ts';
import type { Backend, Family } from '../../core/rules/types.ts';
import type { Scratch } from '../../ports/ports.ts';
import { findRefused } from './find-refused.ts';
import { readApart, readBack, textsOf } from './read-scratch.ts';

type LoadedTable = {
  /** Without a meaning when anything was refused. */
  readonly texts: NormalTexts;
  readonly refused: readonly RefusedRule[];
  /** What else is wrong with the rules. */
  readonly diagnostics: readonly Diagnostic[];
};

/** Loads one table into the scratch namespace and reads each rule back in the kernel's spelling. `sets` are those that the state declares. */
export async function loadScratchTable(
  scratch: Scratch,
  backend: Backend,
  family: Family,
  written: ScratchTable,
  sets: readonly string[] = [],
): Promise<LoadedTable> {
  const cut = written.rules.flatMap(({ rule }) => describeCut(rule, backend));
  const fits = ({ rule }: ScratchRule) => findCutText(rule.text, backend) === undefined;
  const table = cut.length === 0 ? written : { ...written, rules: written.rules.filter(fits) };
  const load = (text: string) => scratch.restore(backend, family, text, { noflush: false });
  const ran = await load(printScratch(table).text);
  if (ran.problem === 'missing')
    throw new FwError('env.missing-binary', `iptables-${backend}-restore is not installed`);
  if (ran.problem !== undefined) {
    throw new FwError('kernel.timeout', 'checking rules in a scratch namespace did not come to an end', {
      output: ran.stderr.trim(),
    });
  }
  if (ran.exitCode !== 0) {
    const { refused, complete } = await findRefused(table, load);
    if (refused.length > 0) {
      return {
        texts: new Map(),
        refused: refused.map(({ rule: { rule }, output }) => ({
          backend,
          family,
          span: rule.span,
          output,
          rule: { text: rule.text, table: table.table, chains: table.chains, sets },
        })),
        diagnostics: complete ? cut : [...cut, searchStopped(family, refused.length)],
      };
    }
    if (!complete) {
      throw new FwError('kernel.rejected', `${family} table ${table.table} does not load in a scratch namespace`, {
        output: readRefusal(ran.stderr).output,
      });
    }
  }
  if (cut.length > 0) return { texts: new Map(), refused: [], diagnostics: cut };
  const chains = await readBack(scratch, backend, family, table.table);
  const texts = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const [name, rules] of groupByChain(table.rules)) {
    const jumps = table.jumps.filter(([from]) => from === name).length;
    const saved = textsOf(chains, name);
    const written = rules.map(({ rule }) => rule.text);
    const parts =
      matchSaved(written, saved.slice(0, saved.length - jumps)) ??
      (await readApart(scratch, backend, family, table, rules));
    texts.set(name, new Map(rules.map(({ rule }, index) => [rule.text, parts[index] ?? []])));
  }
  return { texts, refused: [], diagnostics: await findUnstable(scratch, backend, family, table, texts) };
}

/** What iptables would cut is refused: the rule in the kernel would not be the one that was written. */
function describeCut(rule: ScratchRule['rule'], backend: Backend): readonly Diagnostic[] {
  const cut = findCutText(rule.text, backend);
  if (cut === undefined) return [];
  const { option, bytes, kept } = cut;
  return [
    {
      severity: 'error',
      code: 'kernel.rejected',
      message: `The text of ${option} has ${bytes} bytes, and iptables (${backend}) would cut it after ${kept}`,
      span: rule.span,
      hint: 'Shorten it.',
    },
  ];
}

function groupByChain(rules: readonly ScratchRule[]): Map<string, ScratchRule[]> {
  const groups = new Map<string, ScratchRule[]>();
  for (const rule of rules) {
    const group = groups.get(rule.chain);
    if (group === undefined) groups.set(rule.chain, [rule]);
    else group.push(rule);
  }
  return groups;
}

function searchStopped(family: Family, count: number): Diagnostic {
  return {
    severity: 'error',
    code: 'kernel.rejected',
    message: `more ${family} rules may be refused: the search stopped after ${count}`,
  };
}

/**
 * Rules that iptables-save prints as words which, loaded, are another rule (`-m ipcomp --ipcompspi :`, iptables 1.8.9): no text stands for them, so
 * they could neither be shown nor brought back. Only what was written in other words than it is printed needs a look.
 */
async function findUnstable(
  scratch: Scratch,
  backend: Backend,
  family: Family,
  table: ScratchTable,
  texts: NormalTexts,
): Promise<readonly Diagnostic[]> {
  const printed = table.rules.flatMap(({ chain, rule }) =>
    (texts.get(chain)?.get(rule.text) ?? [])
      .filter((text) => text !== rule.text)
      .map((text): ScratchRule & { readonly written: string } => ({
        chain,
        rule: { ...rule, text },
        written: rule.text,
      })),
  );
  if (printed.length === 0) return [];
  const ran = await scratch.restore(backend, family, printScratch(table, printed).text, { noflush: false });
  // Whatever was loaded was loadable in other words; the rehearsal reports what is not now.
  if (ran.exitCode !== 0) return [];
  const chains = await readBack(scratch, backend, family, table.table);
  const at = new Map<string, number>();
  return printed.flatMap(({ chain, rule, written }): readonly Diagnostic[] => {
    const index = at.get(chain) ?? 0;
    at.set(chain, index + 1);
    const again = textsOf(chains, chain)[index];
    if (again === rule.text) return [];
    return [
      {
        severity: 'error',
        code: 'kernel.rejected',
        message: `iptables prints this rule as another one (${family}, ${backend}), so fw could neither tell what is live nor bring it back`,
        span: rule.span,
        output: [`written: ${written}`, `printed: ${rule.text}`, `and that, loaded: ${again ?? ''}`].join('\n'),
        hint: 'Write it in another way, or leave the option out.',
      },
    ];
  });
}
