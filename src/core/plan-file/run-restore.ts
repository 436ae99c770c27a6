import { commitsOf } from '../plan/hand-over.ts';
import { BUILTIN, isBuiltin } from '../ruleset/builtin.ts';
import { hashlimitsOf, underTemporaryName } from '../ruleset/hashlimit.ts';
import type { Chain, Counters, Policy, Table, TableName } from '../ruleset/types.ts';
import { withoutComments } from '../ruleset/without-comments.ts';

const COUNTERS = String.raw`\[(\d{1,20}):(\d{1,20})\]`;
const CHAIN_LINE = /^-([NFX]) (\S+)$/;
const POLICY_LINE = new RegExp(`^:(\\S+) (ACCEPT|DROP) ${COUNTERS}$`);
const NUMBER_LINE = /^-D (\S+) ([1-9]\d{0,8})$/;
const RULE_LINE = new RegExp(`^(?:${COUNTERS} )?(?:-A (\\S+)|-I (\\S+) ([1-9]\\d{0,8})|-D (\\S+)) (.*)$`);

/** Rules that stand in the tables of a file, word for word, and what they and the policies have counted there. */
export type Known = { readonly rules: ReadonlySet<string>; readonly counted: ReadonlySet<string> };

type Draft = { policy?: Policy; rules: string[] };

/**
 * What `iptables-restore --noflush` makes of a table, for a text that holds nothing but commands of fw for this one table, with rules and counters
 * that are known; undefined for any other text and for what the kernel would refuse. So no text of a plan file reaches another table, brings an
 * option that is not shown, or leads elsewhere than the tables of the file say.
 */
export function runRestore(name: TableName, table: Table | null, text: string, known: Known): Table | undefined {
  // Two where hashlimit tables are handed over.
  const commits = commitsOf(text);
  if (commits.length > 2) return undefined;
  const chains = new Map<string, Draft>(BUILTIN[name].map((chain) => [chain, { policy: 'ACCEPT', rules: [] }]));
  for (const { name: chain, policy, rules } of table?.chains ?? []) {
    chains.set(chain, { ...(policy === undefined ? {} : { policy }), rules: rules.map((rule) => rule.text) });
  }
  if (!commits.every((commit) => runCommit(name, chains, commit, known))) return undefined;
  return {
    name,
    chains: [...chains].map(([chain, { rules, policy }]): Chain => {
      const made = { name: chain, rules: rules.map((rule) => ({ text: rule })) };
      return policy === undefined ? made : { ...made, policy };
    }),
  };
}

function runCommit(name: TableName, chains: Map<string, Draft>, text: string, known: Known): boolean {
  const lines = text.split('\n');
  if (lines[0] !== `*${name}` || lines.at(-2) !== 'COMMIT' || lines.at(-1) !== '') return false;
  return lines.slice(1, -2).every((line) => runLine(name, chains, line, known));
}

/** A rule may stand for a while under a temporary name of a hashlimit table, and its counters outlive a comment. */
export function knownIn(tables: readonly (Table | null)[]): Known {
  const rules = new Set<string>();
  const counted = new Set<string>();
  for (const { name, counters, rules: own } of tables.flatMap((table) => table?.chains ?? [])) {
    if (counters !== undefined) counted.add(policyKey(name, counters));
    for (const rule of own) {
      const texts = [rule.text, ...temporaryTexts(rule.text)];
      for (const text of texts) rules.add(text);
      if (rule.counters === undefined) continue;
      for (const text of texts) counted.add(ruleKey(text, rule.counters));
    }
  }
  return { rules, counted };
}

function temporaryTexts(text: string): readonly string[] {
  if (!text.includes('--hashlimit-name ')) return [];
  const alone = hashlimitsOf(text).map(({ name }) => underTemporaryName(text, (one) => one === name));
  return [underTemporaryName(text), ...alone];
}

function policyKey(chain: string, [packets, bytes]: Counters): string {
  return `:${chain} ${packets}:${bytes}`;
}

function ruleKey(rule: string, [packets, bytes]: Counters): string {
  return `${packets}:${bytes} ${withoutComments(rule)}`;
}

function runLine(table: TableName, chains: Map<string, Draft>, line: string, known: Known): boolean {
  const [, command, name = ''] = CHAIN_LINE.exec(line) ?? [];
  if (command !== undefined) return runChain(table, chains, command, name);
  const [, builtin = '', policy, packets = '', bytes = ''] = POLICY_LINE.exec(line) ?? [];
  if (policy !== undefined) {
    const draft = chains.get(builtin);
    const isKnown = `${packets}:${bytes}` === '0:0' || known.counted.has(policyKey(builtin, [packets, bytes]));
    if (draft === undefined || !isBuiltin(table, builtin) || !isKnown) return false;
    draft.policy = policy === 'DROP' ? 'DROP' : 'ACCEPT';
    return true;
  }
  const [, shortened = '', number] = NUMBER_LINE.exec(line) ?? [];
  if (number !== undefined) return chains.get(shortened)?.rules.splice(Number(number) - 1, 1).length === 1;
  return runRule(chains, line, known);
}

function runChain(table: TableName, chains: Map<string, Draft>, command: string, name: string): boolean {
  const draft = chains.get(name);
  if (command === 'N') {
    if (draft !== undefined) return false;
    chains.set(name, { rules: [] });
    return true;
  }
  if (draft === undefined) return false;
  if (command === 'F') draft.rules = [];
  else if (isBuiltin(table, name) || draft.rules.length > 0) return false;
  else chains.delete(name);
  return true;
}

function runRule(chains: Map<string, Draft>, line: string, known: Known): boolean {
  const [, packets, bytes = '', added, inserted, place = '', deleted, rule = ''] = RULE_LINE.exec(line) ?? [];
  const draft = chains.get(added ?? inserted ?? deleted ?? '');
  if (draft === undefined || !known.rules.has(rule)) return false;
  if (packets !== undefined && (deleted !== undefined || !known.counted.has(ruleKey(rule, [packets, bytes]))))
    return false;
  if (deleted !== undefined) {
    const at = draft.rules.indexOf(rule);
    return at >= 0 && draft.rules.splice(at, 1).length === 1;
  }
  const at = inserted === undefined ? draft.rules.length : Number(place) - 1;
  if (at < 0 || at > draft.rules.length) return false;
  draft.rules.splice(at, 0, rule);
  return true;
}
