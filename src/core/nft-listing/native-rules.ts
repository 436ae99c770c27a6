import { BUILTIN, isBuiltin } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';

/** Handles of what a table holds that iptables does not write. */
type Json = { readonly [key: string]: unknown };

/** What iptables-nft 1.8.9 writes as nft expressions; all else it writes as `xt`, which nft shows by that name in JSON. */
const META = new Set(['l4proto', 'iifname', 'oifname', 'iif', 'oif', 'mark', 'protocol', 'nfproto']);
const FIELDS = new Set([
  'protocol',
  'nexthdr',
  'saddr',
  'daddr',
  'sport',
  'dport',
  'type',
  'code',
  'flags',
  'frag-off',
]);
const PROTOCOLS = new Set(['ip', 'ip6', 'tcp', 'udp', 'udplite', 'sctp', 'dccp', 'icmp', 'icmpv6']);
const PLAIN = new Set(['counter', 'accept', 'drop', 'return', 'continue', 'jump', 'goto', 'xt']);
const PRIORITY: Readonly<Record<TableName, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

/**
 * Finds in the JSON of `nft -j list table` the rules, base chains, sets and the like that iptables did not write, by their handles. A guess
 * from what iptables 1.8.9 writes, good enough to name culprits once iptables-save itself has refused the table; never a proof.
 */
export function findNative(json: string, table: TableName): ReadonlySet<number> {
  const objects = parseObjects(json);
  return new Set(
    objects.flatMap((object) => {
      const [[kind, value] = ['', undefined]] = Object.entries(object);
      if (kind === 'metainfo' || kind === 'table' || !isJson(value) || typeof value.handle !== 'number') return [];
      const isForeign = kind === 'rule' ? isNativeRule(value) : kind !== 'chain' || isNativeChain(value, table);
      return isForeign ? [value.handle] : [];
    }),
  );
}

/** Names of the chains in the JSON of `nft -j list table`. */
export function chainsOfTable(json: string): readonly string[] {
  return parseObjects(json).flatMap(({ chain }) => (isJson(chain) ? [String(chain.name)] : []));
}

/** The lines of `nft -a -n list table` with these handles, each with the chain it stands in. */
export function linesWithHandles(
  text: string,
  handles: ReadonlySet<number>,
): readonly { readonly block: string; readonly line: string }[] {
  const found: { block: string; line: string }[] = [];
  let block = '';
  let isWanted = false;
  for (const line of text.split('\n')) {
    const [, words = line.trim(), handle = ''] = /^\s*(.*) # handle (\d+)$/.exec(line) ?? [];
    if (/^\t\S.* \{ # handle \d+$/.test(line)) {
      block = words.slice(0, -2);
      isWanted = handles.has(Number(handle));
    } else if (isWanted && line.startsWith('\t\t')) {
      found.push({ block, line: words });
      isWanted = false;
    } else if (handle !== '' && handles.has(Number(handle))) {
      found.push({ block, line: words });
    }
  }
  return found;
}

function parseObjects(json: string): readonly Json[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return isJson(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables.filter(isJson) : [];
  } catch {
    return [];
  }
}

function isNativeChain(chain: Json, table: TableName): boolean {
  if (chain.hook === undefined) return typeof chain.name === 'string' && isBuiltin(table, chain.name);
  const name = String(chain.name);
  const isSource = table === 'nat' && (name === 'INPUT' || name === 'POSTROUTING');
  const priority = isSource ? 100 : PRIORITY[table];
  return !BUILTIN[table].includes(name) || chain.hook !== name.toLowerCase() || chain.prio !== priority;
}

function isNativeRule(rule: Json): boolean {
  const expressions = Array.isArray(rule.expr) ? rule.expr.filter(isJson) : [];
  const isCounted = expressions.some((expression) => 'counter' in expression);
  return !isCounted || rule.comment !== undefined || expressions.some(isNativeExpression);
}

function isNativeExpression(expression: Json): boolean {
  const [[kind, value] = ['', undefined]] = Object.entries(expression);
  if (kind === 'limit') return isJson(value) && value.inv === true;
  if (kind === 'match') return isJson(value) && !(isOwnLeft(value.left) && isOwnRight(value.right));
  return !PLAIN.has(kind);
}

function isOwnLeft(left: unknown): boolean {
  if (!isJson(left)) return false;
  if (Array.isArray(left['&'])) return isOwnLeft(left['&'][0]);
  if (isJson(left.meta)) return META.has(String(left.meta.key));
  if (!isJson(left.payload)) return false;
  return PROTOCOLS.has(String(left.payload.protocol)) && FIELDS.has(String(left.payload.field));
}

/** No set, neither a named one (`@blocked`) nor one written out. */
function isOwnRight(right: unknown): boolean {
  if (typeof right === 'string') return !right.startsWith('@');
  return !(isJson(right) && 'set' in right);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
