import { createHash } from 'node:crypto';
import type { Counted, Generation, KeptNamespace } from '../types.ts';
import { cutBlocks, ENTRIES, RULES } from './blocks.ts';
import { packOrigins } from './origin-runs.ts';
import type { CountedRun, DeclaredPart, GenerationInParts, LinesInParts } from './types.ts';

/** Texts that are shorter stay where they are: a file of its own would take more. */
const SHORTEST_PART = 2048;

export type SplitGeneration = {
  readonly text: string;
  /** Texts of the parts, by their names. */
  readonly parts: ReadonlyMap<string, string>;
};

/** A generation as a file of its own and parts, which other generations that declare the same have as well. */
export function splitGeneration({ namespaces: _, states, ...rest }: Generation): SplitGeneration {
  const parts = new Map<string, string>();
  const add = (text: string) => {
    const name = partName(text);
    parts.set(name, text);
    return name;
  };
  const lines = (all: readonly string[], mean: number): LinesInParts => {
    const size = all.reduce((sum, line) => sum + line.length, 0);
    return size < SHORTEST_PART ? all : { blocks: cutBlocks(all, mean).map((block) => add(JSON.stringify(block))) };
  };
  const inParts = {
    ...rest,
    version: 3,
    states: states.map((state) => ({
      ...state,
      namespaces: state.namespaces.map((kept) => {
        const declared = declaredPart(kept, lines);
        const text = JSON.stringify(declared);
        return {
          declared: text.length < SHORTEST_PART ? declared : add(text),
          origins: packOrigins(
            kept.claims.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.map(([, origin]) => origin))),
          ),
          ...idsOf(kept),
          ...(kept.counted === undefined ? {} : { counted: packCounted(kept.counted, kept) }),
        };
      }),
    })),
    parts: [...parts.keys()],
  } satisfies GenerationInParts;
  return { text: `${JSON.stringify(inParts)}\n`, parts };
}

function idsOf({ claims }: KeptNamespace): { readonly ids?: readonly (readonly [rule: number, id: string])[] } {
  const rules = claims.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
  const ids = rules.flatMap(([, , id], rule) => (id === undefined ? [] : [[rule, id] as const]));
  return ids.length === 0 ? {} : { ids };
}

export function partName(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function declaredPart(
  { counted: _, claims, sets, ...kept }: KeptNamespace,
  lines: (all: readonly string[], mean: number) => LinesInParts,
): DeclaredPart {
  return {
    ...kept,
    claims: claims.map((claim) => ({
      ...claim,
      chains: claim.chains.map((chain) => ({
        ...chain,
        rules: lines(
          chain.rules.map(([text]) => text),
          RULES,
        ),
      })),
    })),
    ...(sets.length === 0
      ? {}
      : {
          sets: sets.map(({ entries, ...set }) => ({
            ...set,
            ...(entries === undefined ? {} : { entries: lines(entries.split('\n'), ENTRIES) }),
          })),
        }),
  };
}

/** Rules that are counted follow each other by chain, and each stands in the chain as it is declared: a number says which. */
function packCounted(counted: readonly Counted[], kept: KeptNamespace): readonly CountedRun[] {
  const places = positions(kept);
  const runs: [CountedRun[0], CountedRun[1], string, [number | string, string][]][] = [];
  for (const [family, table, chain, text, packets] of counted) {
    const last = runs.at(-1);
    const rule = places.get(placeOf(family, table, chain))?.get(text) ?? text;
    if (last?.[0] === family && last[1] === table && last[2] === chain) last[3].push([rule, packets]);
    else runs.push([family, table, chain, [[rule, packets]]]);
  }
  return runs;
}

function positions({ claims }: KeptNamespace): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const places = new Map<string, Map<string, number>>();
  for (const { family, table, chains } of claims) {
    for (const { name, rules } of chains) {
      const key = placeOf(family, table, name);
      if (places.has(key)) continue;
      const texts = new Map<string, number>();
      rules.forEach(([text], index) => {
        if (!texts.has(text)) texts.set(text, index);
      });
      places.set(key, texts);
    }
  }
  return places;
}

export function placeOf(family: string, table: string, chain: string): string {
  return `${family} ${table} ${chain}`;
}
