import { hashlimitsOf } from '../rule-text/hashlimit.ts';
import { lexRule } from '../rule-text/lex.ts';
import type { Rule, Table, TableName } from '../rules/types.ts';

/** One `recent` match of a rule: the list that it names, and the mask that the kernel keeps with the list. */
type Recent = { readonly name: string; readonly mask: string };

/** The estimator that a RATEEST rule makes, and what the kernel keeps with it. */
type Rateest = { readonly name: string; readonly settings: string };

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

/** The RATEEST target of a rule, read from its text; undefined where it has another one. */
export function rateestOf(text: string): Rateest | undefined {
  if (!text.includes('-j RATEEST ')) return undefined;
  const words = lexRule(text).words.map(({ value }) => value);
  const at = words.findIndex((word, index) => word === '-j' && words[index + 1] === 'RATEEST');
  const valueAfter = (option: string) => words[words.indexOf(option, at) + 1] ?? '';
  const name = at < 0 ? '' : valueAfter('--rateest-name');
  if (name === '') return undefined;
  return { name, settings: `${valueAfter('--rateest-interval')} ${valueAfter('--rateest-ewmalog')}` };
}

/** The recent matches of a rule, read from its saved text. */
function recentsOf(text: string): readonly Recent[] {
  if (!text.includes('-m recent ')) return [];
  const words = lexRule(text).words.map(({ value }) => value);
  const found: { name: string; mask: string }[] = [];
  let last: { name: string; mask: string } | undefined;
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? '';
    if (word === '-m') {
      last = value === 'recent' ? { name: 'DEFAULT', mask: '' } : undefined;
      if (last !== undefined) found.push(last);
    } else if (last !== undefined && word === '--name') last.name = value;
    else if (last !== undefined && word === '--mask') last.mask = value;
  }
  return found;
}
