import { FwError } from '../../core/diagnostics/errors.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family } from '../../core/rules/types.ts';
import type { Difference } from '../../core/truth/compare-listings.ts';
import type { Said } from './snapshot.ts';

const MOST_SHOWN = 5;

/** The error for a snapshot that is not what is live. It names the table, and up to five rules in the words of nft. */
export function untruthful(said: Said, differences: readonly Difference[]): FwError {
  const tables = [...new Set(differences.map(({ table }) => table))];
  const words = differences.slice(0, MOST_SHOWN).map((difference) => describe(said, difference));
  const more = differences.length - words.length;
  const [first = 'filter'] = tables;
  return new FwError(
    'live.untruthful',
    `${namespaceLabel(said.namespace)} ${said.family}: iptables-save does not show the live rules of table ${tables.join(', ')} as they are`,
    { said: [...words, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'), next: howToGoOn(said, first) },
  );
}

/** How to get native rules out of the way of iptables. */
export function howToGoOn(said: Pick<Said, 'namespace' | 'family'>, table: string): string {
  const inside = said.namespace.kind === 'host' ? '' : `ip netns exec ${said.namespace.name} `;
  const family = nftFamily(said.family);
  return (
    `See them with "${inside}nft -a list table ${family} ${table}", add them to a table of their own ` +
    `("nft add table inet native"), delete them here by handle, and run again.`
  );
}

function describe(said: Said, { table, block, rule, live, loaded }: Difference): string {
  const place = [`table ${nftFamily(said.family)} ${table}`, block, rule > 0 ? `rule ${rule}` : ''];
  const where = place.filter((part) => part !== '').join(', ');
  if (live === undefined) return `${where}: not there, but iptables-save shows it as: ${loaded ?? ''}`;
  const saved = rule > 0 ? savedRule(said, table, block.slice('chain '.length), rule) : undefined;
  return `${where}: ${live}${saved === undefined ? '' : `\n  iptables-save shows: ${saved}`}`;
}

function savedRule(said: Said, table: string, chain: string, rule: number): string | undefined {
  const found = said.ruleset.tables.find(({ name }) => name === table)?.chains.find(({ name }) => name === chain);
  const text = found?.rules[rule - 1]?.text;
  return text === undefined ? undefined : `-A ${chain} ${text}`;
}

function nftFamily(family: Family): string {
  return family === 'ipv4' ? 'ip' : 'ip6';
}
