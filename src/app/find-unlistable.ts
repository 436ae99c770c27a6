import type { Diagnostic } from '../core/diagnostic.ts';
import { type NormalTexts, ruleKey } from '../core/normal/plan-scratch.ts';
import type { ScratchTable } from '../core/normal/scratch-script.ts';
import type { Family } from '../core/ruleset/types.ts';
import type { Scratch } from '../ports.ts';

/** nft 1.0.6 dies of a segmentation fault when it lists such a rule of IPv6; of all options of all extensions only this one. */
const DEADLY = '--hashlimit-rate-match';

/**
 * Rules that the kernel takes but that nft cannot list: with one of them live, nothing could be proven of the live rules any more, so no
 * plan could be made and no apply verified. nft is asked only where a rule is known to be such.
 */
export async function findUnlistable(
  scratch: Scratch,
  family: Family,
  table: ScratchTable,
  texts: NormalTexts,
): Promise<readonly Diagnostic[]> {
  const suspects = table.rules.filter(({ chain, rule }) =>
    (texts.get(ruleKey(chain, rule)) ?? []).some((text) => text.includes(DEADLY)),
  );
  if (suspects.length === 0) return [];
  const listed = await scratch.listNft(family);
  if (listed.problem !== 'killed') return [];
  return suspects.map(({ rule }) => ({
    severity: 'error',
    code: 'kernel.rejected',
    message: `nft dies when it lists this rule (${family}), so fw could not prove what is live any more`,
    span: rule.span,
    hint: 'Write the rule without this option, for the other family only, or for the legacy backend.',
  }));
}
