import type { ClaimOwnership } from '../desired/claim.ts';
import type { DesiredChain, DesiredClaim } from '../desired/types.ts';
import { jumpTarget } from '../rule-text/jumps.ts';
import { lexRule } from '../rule-text/lex.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';

/** From which built-in chains packets come to a chain. `isOpen`: also from a chain of another program, of which nothing is known here. */
export type Reach = { readonly hooks: ReadonlySet<string>; readonly isOpen: boolean };

type Draft = { readonly hooks: Set<string>; isOpen: boolean };

/**
 * By the names in the kernel, how the chains of a table are reached. A chain that is missing here is reached by nothing. In a table where chains of
 * other programs are kept, these may jump to anything.
 */
export function reachOf(table: TableName, claims: readonly DesiredClaim[]): ReadonlyMap<string, Reach> {
  const chains = claims.flatMap(({ ownership, chains }) => chains.map((chain) => ({ ownership, chain })));
  const byName = new Map<string, DesiredChain[]>();
  for (const { chain } of chains) byName.set(chain.name, [...(byName.get(chain.name) ?? []), chain]);
  // Where every chain has a hook of its own, nothing depends on where rules lead.
  const isFlat = chains.every(({ chain }) => chain.hookInto !== undefined || isBuiltin(table, chain.name));
  const reached = new Map<string, Draft>();
  const enter = (name: string, hooks: ReadonlySet<string>, isOpen: boolean): void => {
    const waiting = [{ name, hooks, isOpen }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const draft = reached.get(next.name) ?? { hooks: new Set(), isOpen: false };
      const isNew = !reached.has(next.name) || (next.isOpen && !draft.isOpen);
      const fresh = [...next.hooks].filter((hook) => !draft.hooks.has(hook));
      if (!isNew && fresh.length === 0) continue;
      for (const hook of fresh) draft.hooks.add(hook);
      draft.isOpen ||= next.isOpen;
      reached.set(next.name, draft);
      for (const target of isFlat ? [] : targetsOf(byName.get(next.name) ?? [])) {
        if (byName.has(target)) waiting.push({ name: target, hooks: draft.hooks, isOpen: draft.isOpen });
      }
    }
  };
  for (const { ownership, chain } of chains) {
    const hook = isBuiltin(table, chain.name) ? chain.name : chain.hookInto;
    if (hook !== undefined) {
      const isKnown = isBuiltin(table, hook);
      enter(chain.name, new Set(isKnown ? [hook] : []), !isKnown);
    } else if (keepsOthers(ownership)) enter(chain.name, new Set(), true);
  }
  return reached;
}

function keepsOthers(ownership: ClaimOwnership): boolean {
  return ownership.kind === 'exclusive' && ownership.keep.length > 0;
}

const targets = new WeakMap<DesiredChain, ReadonlySet<string>>();

function targetsOf(chains: readonly DesiredChain[]): ReadonlySet<string> {
  const found = chains.map((chain) => {
    const known = targets.get(chain) ?? new Set(chain.rules.flatMap(({ text }) => targetOf(text) ?? []));
    targets.set(chain, known);
    return known;
  });
  return found.length === 1 && found[0] !== undefined ? found[0] : new Set(found.flatMap((names) => [...names]));
}

/** Where a written rule goes, in either spelling of the option. */
function targetOf(text: string): string | undefined {
  const jump = jumpTarget(text)?.chain;
  if (jump !== undefined || !/ ?--(?:jump|goto) /.test(text)) return jump;
  const words = lexRule(text).words.map(({ value }) => value);
  const at = words.findIndex((word) => word === '--jump' || word === '--goto');
  return at < 0 ? undefined : words[at + 1];
}
