import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { NormalTexts } from '../../core/normal-form/plan-scratch.ts';
import { printScratch, type ScratchRule, type ScratchTable } from '../../core/normal-form/scratch-script.ts';
import type { Backend, Family } from '../../core/rules/types.ts';
import type { Scratch } from '../../ports/ports.ts';
import { readBack, textsOf } from './read-scratch.ts';

/**
 * Rules that iptables-save prints as words which, loaded, are another rule (`-m ipcomp --ipcompspi :`, iptables 1.8.9): no text stands for them, so
 * they could neither be shown nor brought back. Only what was written in other words than it is printed needs a look.
 */
export async function findUnstable(
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
