import { FwError } from '../../core/diagnostics/errors.ts';
import type { Difference } from '../../core/nft-listing/compare-listings.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { NFT_FAMILY, type Snapshot } from '../../core/rules/types.ts';

const MOST_SHOWN = 5;

/** The error for a snapshot that is not what is live. It names the table, and up to five rules in the words of nft. */
export function untruthful(snapshot: Snapshot, differences: readonly Difference[]): FwError {
  const tables = [...new Set(differences.map(({ table }) => table))];
  const words = differences.slice(0, MOST_SHOWN).map((difference) => describe(snapshot, difference));
  const more = differences.length - words.length;
  const [first = 'filter'] = tables;
  return new FwError(
    'live.untruthful',
    `${namespaceLabel(snapshot.namespace)} ${snapshot.family}: iptables-save does not show the live rules of table ${tables.join(', ')} as they are`,
    { output: [...words, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'), next: howToGoOn(snapshot, first) },
  );
}

/** How to get native rules out of the way of iptables. */
export function howToGoOn(snapshot: Pick<Snapshot, 'namespace' | 'family'>, table: string): string {
  const inside = snapshot.namespace.kind === 'host' ? '' : `ip netns exec ${snapshot.namespace.name} `;
  const family = NFT_FAMILY[snapshot.family];
  return (
    `See them with "${inside}nft -a list table ${family} ${table}", add them to a table of their own ` +
    `("nft add table inet native"), delete them here by handle, and run again.`
  );
}

function describe(snapshot: Snapshot, { table, block, rule, live, loaded }: Difference): string {
  const place = [`table ${NFT_FAMILY[snapshot.family]} ${table}`, block, rule > 0 ? `rule ${rule}` : ''];
  const where = place.filter((part) => part !== '').join(', ');
  if (live === undefined) return `${where}: not there, but iptables-save shows it as: ${loaded ?? ''}`;
  const saved = rule > 0 ? savedRule(snapshot, table, block.slice('chain '.length), rule) : undefined;
  return `${where}: ${live}${saved === undefined ? '' : `\n  iptables-save shows: ${saved}`}`;
}

function savedRule(snapshot: Snapshot, table: string, chain: string, rule: number): string | undefined {
  const found = snapshot.ruleset.tables.find(({ name }) => name === table)?.chains.find(({ name }) => name === chain);
  const text = found?.rules[rule - 1]?.text;
  return text === undefined ? undefined : `-A ${chain} ${text}`;
}
