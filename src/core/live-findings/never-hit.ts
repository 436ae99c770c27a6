import { claimsOn } from '../desired/claim.ts';
import { type BlamePlace, blameRules } from '../generation/blame.ts';
import type { NumberedGeneration } from '../generation/types.ts';
import type { NamespaceIdentity } from '../identity/types.ts';
import type { LintFinding } from '../lint-findings/types.ts';
import type { Receipt } from '../receipt/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Chain, Family, Rule, Table, TableName } from '../rules/types.ts';

const DAY_MS = 86_400_000;

/** What is kept of the applies of a data folder; generations ascend, receipts stand by their number. */
export type Applied = {
  readonly generations: readonly NumberedGeneration[];
  readonly receipts: ReadonlyMap<number, Receipt>;
  /** Id of the boot that the machine is in. */
  readonly boot: string;
  readonly now: Date;
  /** Rules are told that were not hit for so many days. */
  readonly days: number;
};

/** One family of a namespace as it is live, with the counters of its rules. */
export type CountedRules = {
  readonly namespace: string;
  readonly family: Family;
  readonly tables: readonly Table[];
  readonly identity: NamespaceIdentity | undefined;
};

/**
 * Rules of fw that no packet has met since the apply from which on this is known: one that proved the rule live in this very namespace and boot, and after which
 * no apply found the table other than the one before had left it, so that none can have made the rule anew. A counter that was higher once tells of a
 * reset, and then nothing is said of the table. `isTold`: something else is found of the rule.
 */
export function neverHit(
  applied: Applied,
  live: CountedRules,
  isTold: (table: TableName, chain: string, number: number) => boolean,
): readonly LintFinding[] {
  return live.tables.flatMap((table) => {
    const first = firstProof(applied, live, table.name);
    if (first === undefined || wasReset(applied, first, live, table)) return [];
    return table.chains.flatMap((chain) => ofChain(applied, first, live, { table: table.name, chain }, isTold));
  });
}

function ofChain(
  applied: Applied,
  first: number,
  { namespace, family }: CountedRules,
  { table, chain }: { readonly table: TableName; readonly chain: Chain },
  isTold: (table: TableName, chain: string, number: number) => boolean,
): readonly LintFinding[] {
  const place: BlamePlace = { namespace, family, table, chain: chain.name };
  const blamed = blameRules(
    place,
    chain.rules.map(({ text }) => text),
    applied.generations,
  );
  const found: { at: number; more: number; since: NonNullable<LintFinding['since']>; origin: string | undefined }[] =
    [];
  for (const [index, { since }] of blamed.entries()) {
    if (since === undefined || !isUnhit(chain.rules[index]) || isTold(table, chain.name, index + 1)) continue;
    const known = applied.generations.find(({ number }) => number === Math.max(first, since.generation));
    if (known === undefined) continue;
    const { at } = known.generation;
    const days = Math.floor((applied.now.getTime() - Date.parse(at)) / DAY_MS);
    if (!(days >= applied.days)) continue;
    const last = found.at(-1);
    if (last !== undefined && last.at + last.more + 1 === index && last.since.generation === known.number)
      last.more += 1;
    else found.push({ at: index, more: 0, since: { generation: known.number, at, days }, origin: since.origin });
  }
  return found.map(
    ({ at, more, since, origin }): LintFinding => ({
      id: 'FWL06',
      level: 'note',
      namespaces: [namespace],
      families: [family],
      place: { table, chain: chain.name, number: at + 1, text: chain.rules[at]?.text ?? '' },
      subject: null,
      causes: [],
      more,
      since,
      origin: origin ?? null,
    }),
  );
}

function isUnhit(rule: Rule | undefined): boolean {
  return rule?.counters?.[0] === '0';
}

/** The first generation from which on no apply can have made a rule of the table anew that it has kept. */
function firstProof(
  { generations, receipts, boot }: Applied,
  { namespace, family, identity }: CountedRules,
  table: TableName,
): number | undefined {
  let first: number | undefined;
  let left: string | undefined;
  for (const one of generations) {
    const isProof = isAppliedHere(one, namespace, identity, boot);
    const receipt = receipts.get(one.number);
    const written = receipt?.tables.find(
      (step) => step.namespace === namespace && step.family === family && step.table === table,
    );
    // Another program that wrote between two applies of fw may have made a rule anew that was live before.
    const isOther = receipt === undefined || (written !== undefined && written.before !== left);
    if (isOther || first === undefined) first = isProof ? one.number : undefined;
    if (written !== undefined) left = written.live;
  }
  return first;
}

function isAppliedHere(
  { generation }: NumberedGeneration,
  namespace: string,
  identity: NamespaceIdentity | undefined,
  boot: string,
): boolean {
  const proofs = generation.states.flatMap(({ appliedIn = [] }) => appliedIn);
  return proofs.some(
    (one) =>
      one.boot === boot &&
      one.journal === generation.journal &&
      one.namespaces.some((known) => namespaceLabel(known.namespace) === namespace && isSame(known, identity)),
  );
}

function isSame(known: NamespaceIdentity, now: NamespaceIdentity | undefined): boolean {
  if (known.cookie !== undefined && now?.cookie !== undefined) return known.cookie === now.cookie;
  return known.file !== undefined && known.file === now?.file;
}

/** Whether a rule of the table counts less than it did at a later apply, as after `iptables -Z`. */
function wasReset(
  { generations }: Applied,
  first: number,
  { namespace, family }: CountedRules,
  { name, chains }: Table,
): boolean {
  const counts = new Map<string, bigint>();
  for (const chain of chains) {
    for (const { text, counters } of chain.rules) {
      const key = `${chain.name} ${text}`;
      counts.set(key, (counts.get(key) ?? 0n) + BigInt(counters?.[0] ?? 0));
    }
  }
  return generations
    .filter(({ number }) => number > first)
    .flatMap(({ generation }) => generation.namespaces)
    .filter((kept) => namespaceLabel(kept.namespace) === namespace && claimsOn(kept.claims, family, name).length > 0)
    .flatMap(({ counted = [] }) => counted)
    .some(([of, table, chain, text, packets]) => {
      const now = of === family && table === name ? counts.get(`${chain} ${text}`) : undefined;
      return now !== undefined && now < BigInt(packets);
    });
}
