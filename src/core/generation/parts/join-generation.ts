import { mergeStates } from '../merge-states.ts';
import type { Counted, Generation, KeptNamespace } from '../types.ts';
import { listOrigins } from './origin-runs.ts';
import { placeOf } from './split-generation.ts';
import type { DeclaredPart, GenerationInParts, LinesInParts } from './types.ts';

/** The generation that was split. `find` gives the value of a part by its name, and throws for one that is not there. */
export function joinGeneration(
  { parts: _, states, ...rest }: GenerationInParts,
  find: (name: string) => unknown,
): Generation {
  const lines = (packed: LinesInParts): readonly string[] =>
    'blocks' in packed ? packed.blocks.flatMap((name) => find(name) as readonly string[]) : packed;
  const whole = states.map((state) => ({
    ...state,
    namespaces: state.namespaces.map(({ declared, origins, ids, counted }): KeptNamespace => {
      const part = typeof declared === 'string' ? (find(declared) as DeclaredPart) : declared;
      const { namespace, backend, owners, claims, sets, ...others } = part;
      const whence = listOrigins(origins);
      const texts = new Map<string, readonly string[]>();
      const named = new Map(ids);
      let at = 0;
      const wholeClaims = claims.map((claim) => ({
        ...claim,
        chains: claim.chains.map((chain) => {
          const rules = lines(chain.rules);
          const key = placeOf(claim.family, claim.table, chain.name);
          if (!texts.has(key)) texts.set(key, rules);
          return { ...chain, rules: rules.map((text) => ruleOf(text, whence[at], named.get(at++))) };
        }),
      }));
      return {
        namespace,
        backend,
        owners,
        ...others,
        ...(counted === undefined ? {} : { counted: listCounted(counted, texts) }),
        claims: wholeClaims,
        sets: (sets ?? []).map(({ entries, ...set }) => ({
          ...set,
          ...(entries === undefined ? {} : { entries: lines(entries).join('\n') }),
        })),
      };
    }),
  }));
  return { ...rest, version: 2, states: whole, namespaces: mergeStates(whole) };
}

function ruleOf(
  text: string,
  origin: string | undefined,
  id: string | undefined,
): readonly [text: string, origin?: string, id?: string] {
  if (origin === undefined) return [text];
  return id === undefined ? [text, origin] : [text, origin, id];
}

function listCounted(
  runs: NonNullable<GenerationInParts['states'][number]['namespaces'][number]['counted']>,
  texts: ReadonlyMap<string, readonly string[]>,
): readonly Counted[] {
  return runs.flatMap(([family, table, chain, rules]) =>
    rules.map(([rule, packets]): Counted => {
      const text = typeof rule === 'string' ? rule : texts.get(placeOf(family, table, chain))?.[rule];
      if (text === undefined) throw new RangeError(`no rule ${rule} in ${chain}`);
      return [family, table, chain, text, packets];
    }),
  );
}
