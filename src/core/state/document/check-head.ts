import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { DocumentHead } from '../as-written/written.ts';
import type { YamlEntry } from '../yaml/yaml-node.ts';

const ONLY_SHARED: ReadonlySet<string> = new Set(['owner', 'hook']);
const ONLY_EXCLUSIVE: ReadonlySet<string> = new Set(['keep']);

/** Keys at the top of a document that have no meaning under its ownership: ignoring them would surprise the author. */
export function checkHead(entries: readonly YamlEntry[], head: DocumentHead): readonly Diagnostic[] {
  const isShared = head.ownership.value === 'shared';
  const misplaced = isShared ? ONLY_EXCLUSIVE : ONLY_SHARED;
  return entries
    .filter(({ key }) => misplaced.has(key))
    .map(({ key, keySpan }) => ({
      severity: 'error',
      code: 'state.ownership',
      message: `\`${key}\` has no meaning with \`ownership: ${head.ownership.value}\``,
      span: keySpan,
      hint: isShared
        ? 'In shared ownership the chains of others stay anyway; remove `keep`, or write `ownership: exclusive`.'
        : `In exclusive ownership chains keep their names and built-in chains hold the rules; remove \`${key}\`.`,
    }));
}
