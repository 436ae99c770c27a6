import { FwError } from '../../core/diagnostics/errors.ts';
import { pickKind } from '../../core/scaffold/types.ts';
import type { Scaffolds } from '../../ports/file-ports.ts';
import { scaffoldList } from '../../ui/answers/print-initialised.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';
import { wireAsk } from '../../wire/wire.ts';

/** The kind of host that `fw init` was not given: asked for at a terminal, and elsewhere an error that lists them all. */
export async function askKind(scaffolds: Scaffolds, facts: ScreenFacts, json: boolean): Promise<string> {
  const kinds = await scaffolds.list('kinds');
  if (!facts.interactive || json) {
    throw new FwError('usage', `which kind of host?\n${scaffoldList(kinds, { numbered: false }).join('\n')}`, {
      next: `choose one: fw init --kind ${kinds[0]?.name ?? 'KIND'}`,
    });
  }
  process.stderr.write(`Which kind of host?\n${scaffoldList(kinds, { numbered: true }).join('\n')}\n`);
  const typed = await wireAsk('Name or number: ');
  if (typed === undefined) throw new FwError('run.interrupted', 'no kind was chosen; nothing was written');
  const kind = pickKind(kinds, typed);
  if (kind === undefined) throw new FwError('usage', `there is no kind "${typed.trim()}"; nothing was written`);
  return kind;
}
