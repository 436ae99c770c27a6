import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { optionsThat } from '../../extensions/options.ts';
import type { Family } from '../../rules/types.ts';
import type { DocumentHead } from '../as-written/written.ts';

/** Sets of one owner by their declared names: what each is called in the kernel, in the families that it exists for. */
export type SetNames = ReadonlyMap<
  string,
  { readonly kernel: Readonly<Partial<Record<Family, string>>>; readonly isList: boolean }
>;

export const NO_SETS: SetNames = new Map();

/** '' for exclusive documents, whose sets have the names that they declare. */
export function ownerOf({ ownership, owner }: Pick<DocumentHead, 'ownership' | 'owner'>): string {
  return ownership.value === 'shared' ? owner.value : '';
}

/** Options of rules whose value is the name of a set. */
const SET_OPTIONS: ReadonlySet<string> = optionsThat(({ namesSet }) => namesSet === true);

/** A declared set that is not there in the family of the rule. */
export type MissingSet = { readonly set: string; readonly exists: Family };

/**
 * The words of a rule with the declared sets that it names turned to their names in the kernel. A name that is not declared stays: it
 * may be a set of another program.
 */
export function nameSets(
  names: SetNames,
  words: readonly string[],
  family: Family,
): { readonly words: readonly string[]; readonly missing?: MissingSet } {
  if (names.size === 0) return { words };
  let named = words;
  for (let at = 0; at + 1 < words.length; at += 1) {
    if (!SET_OPTIONS.has(words[at] ?? '')) continue;
    const set = words[at + 1] ?? '';
    const kernel = names.get(set)?.kernel;
    if (kernel === undefined) continue;
    const name = kernel[family];
    if (name === undefined) return { words, missing: { set, exists: family === 'ipv4' ? 'ipv6' : 'ipv4' } };
    named = named.with(at + 1, name);
  }
  return { words: named };
}

export function missingSet({ set, exists }: MissingSet, family: Family, span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.set',
    message: `Set \`${set}\` exists for ${exists} only, and this rule goes to ${family}`,
    span,
    hint: `Declare the set without \`family: ${exists}\`, or make this a rule for ${exists}.`,
  };
}
