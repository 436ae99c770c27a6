import { commitsOf } from '../plan/hand-over.ts';
import { BUILTIN } from '../ruleset/builtin.ts';
import { underTemporaryName } from '../ruleset/hashlimit.ts';
import type { Table, TableName } from '../ruleset/types.ts';

const COUNTERS = String.raw`\[\d{1,20}:\d{1,20}\]`;
const CHAIN_LINE = /^-[NFX] (\S+)$/;
const POLICY_LINE = new RegExp(`^:(\\S+) (?:ACCEPT|DROP) ${COUNTERS}$`);
const NUMBER_LINE = /^-D (\S+) \d{1,9}$/;
const RULE_LINE = new RegExp(`^(?:${COUNTERS} )?(?:-A (\\S+)|-I (\\S+) \\d{1,9}|-D (\\S+)) (.*)$`);

/**
 * Tells of restore texts whether they are about one table and hold nothing but commands of fw for its chains, with rules that stand in the table before or after, word for
 * word, but for the temporary names of a hand-over. So no text can reach another table or bring an option that a reader of the changes does not see. What it makes of the table, the rehearsal tells.
 */
export function confinedTo(
  name: TableName,
  tables: { readonly before: Table | null; readonly after: Table },
): (text: string) => boolean {
  const chains = new Set<string>(BUILTIN[name]);
  const rules = new Set<string>();
  for (const table of [tables.before, tables.after]) {
    for (const chain of table?.chains ?? []) {
      chains.add(chain.name);
      for (const { text } of chain.rules) rules.add(text).add(underTemporaryName(text));
    }
  }
  const isGood = (line: string): boolean => {
    const [, chain] = CHAIN_LINE.exec(line) ?? POLICY_LINE.exec(line) ?? NUMBER_LINE.exec(line) ?? [];
    if (chain !== undefined) return chains.has(chain);
    const [, added, inserted, deleted, rule = ''] = RULE_LINE.exec(line) ?? [];
    return chains.has(added ?? inserted ?? deleted ?? '') && rules.has(rule);
  };
  const isGoodCommit = (text: string): boolean => {
    const lines = text.split('\n');
    if (lines[0] !== `*${name}` || lines.at(-2) !== 'COMMIT' || lines.at(-1) !== '') return false;
    return lines.slice(1, -2).every(isGood);
  };
  return (text) => {
    const commits = commitsOf(text);
    return commits.length <= 2 && commits.every(isGoodCommit);
  };
}
