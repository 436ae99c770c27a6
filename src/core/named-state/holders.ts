import { hashlimitsOf } from '../rule-text/hashlimit.ts';
import { rateestOf } from '../rule-text/rateest.ts';
import { recentsOf } from '../rule-text/recent.ts';
import type { Rule, Table, TableName } from '../rules/types.ts';

/** A table of one family of a namespace, as it will be, and which of its chains are ours. */
export type OwnedTable = { readonly table: Table; readonly isOurs: (chain: string) => boolean };

export type Kind = 'hashlimit' | 'recent' | 'rateest';

/** A rule that names state of the kernel, and the settings that it wants for it. */
export type Holder = {
  readonly kind: Kind;
  readonly name: string;
  readonly settings: string;
  readonly table: TableName;
  readonly chain: string;
  readonly rule: Rule;
  readonly isOurs: boolean;
};

export function holdersOf({ table, isOurs }: OwnedTable): readonly Holder[] {
  return table.chains.flatMap(({ name: chain, rules }) =>
    rules.filter(namesState).flatMap((rule): Holder[] => {
      const estimator = rateestOf(rule.text);
      const common = { table: table.name, chain, rule, isOurs: isOurs(chain) };
      return [
        ...hashlimitsOf(rule.text).map((one): Holder => ({ kind: 'hashlimit', ...one, ...common })),
        ...(estimator === undefined ? [] : [{ kind: 'rateest', ...estimator, ...common } as const]),
        ...recentsOf(rule.text).map(({ name, mask }): Holder => ({ kind: 'recent', name, settings: mask, ...common })),
      ];
    }),
  );
}

function namesState({ text }: Rule): boolean {
  return text.includes('--hashlimit-name ') || text.includes('-m recent ') || text.includes('-j RATEEST ');
}

/** By kind and name. */
export function byName(holders: readonly Holder[]): ReadonlyMap<string, readonly Holder[]> {
  const groups = new Map<string, Holder[]>();
  for (const holder of holders) {
    const key = `${holder.kind} ${holder.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [holder]);
    else group.push(holder);
  }
  return groups;
}
