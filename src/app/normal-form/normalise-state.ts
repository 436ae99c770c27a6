import type { Claim } from '../../core/desired/claim.ts';
import { byPlace, type Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { missingSetOf } from '../../core/normal-form/refusal.ts';
import type { SetPair } from '../../core/sets/ipset/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { normalise, type Pair } from './normalise.ts';
import { normaliseSets, type SetsBesideLive } from './normalise-sets.ts';

/**
 * Brings sets and rules into the kernel's spelling. Throws one `state.invalid` with all that is refused and all errors that are `known` already. Sets come
 * first: a rule that names a set which the kernel does not make is refused for that alone.
 */
export async function normaliseState(
  kernel: Kernel,
  pairs: readonly Pair[],
  sets: readonly SetsBesideLive[],
  sources: Sources,
  known: readonly Diagnostic[] = [],
): Promise<{ readonly claims: readonly (readonly Claim[])[]; readonly sets: readonly (readonly SetPair[])[] }> {
  const found = await attempt(() => normaliseSets(kernel, sets, sources));
  const rules = await attempt(() => normalise(kernel, pairs, sources));
  const errors = known.filter(({ severity }) => severity === 'error');
  if ('value' in found && 'value' in rules && errors.length === 0) return { claims: rules.value, sets: found.value };
  const ofSets = 'value' in found ? [] : found.refused.diagnostics;
  const declared = new Set(sets.flatMap(({ desired }) => desired.map(({ name }) => name)));
  const refused = 'value' in rules ? [] : rules.refused.diagnostics;
  const ofRules = ofSets.length === 0 ? refused : refused.filter((one) => !isOfMissingSet(one, declared));
  const others = errors.filter((error) => !ofRules.some((one) => isInside(error, one)));
  const [one, two] = [found, rules].flatMap((part) => ('value' in part ? [] : [part.refused.message]));
  const diagnostics = [...ofSets, ...ofRules, ...others].sort(byPlace);
  const isOne = others.length === 0 && (two === undefined || ofRules.length === 0);
  const message = isOne && one !== undefined ? one : `${diagnostics.length} errors in the state`;
  throw new FwError('state.invalid', diagnostics.length === 1 && !isOne ? '1 error in the state' : message, {
    diagnostics,
    sources,
  });
}

/** The kernel says the same of the same rule. */
function isInside({ span }: Diagnostic, { span: whole }: Diagnostic): boolean {
  if (span === undefined || whole === undefined || span.file !== whole.file) return false;
  return span.start < whole.end && whole.start < span.end;
}

/** The message about a rule that names a declared set which could not be made. */
function isOfMissingSet({ output }: Diagnostic, declared: ReadonlySet<string>): boolean {
  const name = missingSetOf(output);
  return name !== undefined && declared.has(name);
}

async function attempt<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly refused: FwError }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof FwError && error.code === 'state.invalid') return { refused: error };
    throw error;
  }
}
