import type { Generation, GenerationClaim } from '../../generation/types.ts';
import type { ShownChain, ShownSet, ShownTable } from './types.ts';

/** What a generation declares, table by table: fw's own chains, policies, and the jumps into its chains. */
export function shownOfGeneration(generation: Generation): readonly ShownTable[] {
  const states = new Set(generation.namespaces.flatMap(({ claims }) => claims.map(({ state }) => state)));
  return generation.namespaces.flatMap(({ namespace, backend, claims }) =>
    claims
      .map((claim) => ({
        namespace,
        backend,
        family: claim.family,
        table: claim.table,
        ...(states.size < 2 || claim.state === undefined ? {} : { state: claim.state }),
        chains: chainsOf(claim),
      }))
      .filter(({ chains }) => chains.length > 0),
  );
}

/** Chains as they are declared; a built-in chain that only has a policy or a jump comes first. */
function chainsOf({ policies, chains }: GenerationClaim): readonly ShownChain[] {
  const declared = new Set(chains.map(({ name }) => name));
  const hooks = chains.flatMap(({ name, hookInto }) => (hookInto === undefined ? [] : [{ name, hookInto }]));
  const builtin = [...new Set([...Object.keys(policies), ...hooks.map(({ hookInto }) => hookInto)])].filter(
    (name) => !declared.has(name),
  );
  return [
    ...builtin.map((name) => ({
      name,
      ...policyOf(policies, name),
      rules: hooks.filter(({ hookInto }) => hookInto === name).map((hook) => ({ text: `-j ${hook.name}` })),
    })),
    ...chains.map(({ name, rules }) => ({
      name,
      ...policyOf(policies, name),
      rules: rules.map(([text, origin]) => (origin === undefined ? { text } : { text, origin })),
    })),
  ];
}

function policyOf(policies: GenerationClaim['policies'], chain: string): Pick<ShownChain, 'policy'> {
  const policy = Object.hasOwn(policies, chain) ? policies[chain] : undefined;
  return policy === undefined ? {} : { policy };
}

/** The sets that a generation declares, in its order. */
export function setsOfGeneration({ namespaces }: Generation): readonly ShownSet[] {
  return namespaces.flatMap(({ namespace, sets }) =>
    sets.map(({ name, header, entries }) => ({
      namespace,
      name,
      header,
      entries: entries?.split('\n').filter((entry) => entry !== ''),
    })),
  );
}
