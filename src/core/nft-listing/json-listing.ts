import { isTableName } from '../rules/builtin.ts';
import type { Family, TableName } from '../rules/types.ts';
import type { Listing } from './listing.ts';

type Json = { readonly [key: string]: unknown };

/**
 * Reads the output of `nft --json list ruleset`. It names an extension of iptables and never translates it, so nft does not die of one, as it
 * does in words (`hashlimit --hashlimit-rate-match`, IPv6, nft 1.0.6 with iptables 1.8.9); of what an extension asks nothing is listed. Undefined for
 * text that is no such listing.
 */
export function parseJsonListing(text: string, family: Family): Listing | undefined {
  const wanted = family === 'ipv4' ? 'ip' : 'ip6';
  const tables = new Map<TableName, Map<string, readonly string[]>>();
  const objects = parseObjects(text);
  if (objects === undefined) return undefined;
  for (const object of objects) {
    const [[kind, value] = ['', undefined]] = Object.entries(object);
    if (kind === 'metainfo' || !isJson(value) || value.family !== wanted) continue;
    const name = String(kind === 'table' ? value.name : value.table);
    if (!isTableName(name)) continue;
    const blocks = tables.get(name) ?? new Map<string, readonly string[]>();
    tables.set(name, blocks);
    const [block, lines] = describe(kind, value, family);
    if (block !== '' || lines.length > 0) blocks.set(block, [...(blocks.get(block) ?? []), ...lines]);
  }
  return tables;
}

/** The block that an object belongs to, and its lines there. All of it but the handle, which is another number after each load, is kept. */
function describe(kind: string, value: Json, family: Family): readonly [block: string, lines: readonly string[]] {
  const { family: _family, table: _table, name, handle: _handle, ...rest } = value;
  if (kind === 'table') return ['', lineOf(rest)];
  if (kind === 'rule') {
    const { chain, expr, ...more } = rest;
    const expressions = Array.isArray(expr) ? inOrder(expr, family) : expr;
    return [`chain ${String(chain)}`, [JSON.stringify({ expr: expressions, ...more })]];
  }
  if (kind === 'chain' && rest.hook !== undefined) {
    const { type, hook, prio, policy, ...more } = rest;
    const head = `type ${String(type)} hook ${String(hook)} priority ${String(prio)}; policy ${String(policy)};`;
    return [`chain ${String(name)}`, [head, ...lineOf(more)]];
  }
  return [`${kind} ${String(name)}`, lineOf(rest)];
}

function lineOf(rest: Json): readonly string[] {
  return Object.keys(rest).length === 0 ? [] : [JSON.stringify(rest)];
}

type Question = 'saddr' | 'daddr' | 'iifname' | 'oifname' | 'protocol';
const QUESTIONS: readonly Question[] = ['saddr', 'daddr', 'iifname', 'oifname', 'protocol'];

/** The questions at the begin of a rule in one order, see `normalLine`. */
function inOrder(expressions: readonly unknown[], family: Family): readonly unknown[] {
  const found = new Map<Question, unknown>();
  for (const expression of expressions) {
    const question = questionOf(expression);
    if (question === undefined) break;
    if (found.has(question)) return expressions;
    const isNumber = question === 'protocol' && family === 'ipv4';
    found.set(question, isNumber ? asIpProtocol(expression) : expression);
  }
  const first = QUESTIONS.flatMap((question) => (found.has(question) ? [found.get(question)] : []));
  return [...first, ...expressions.slice(found.size)];
}

/** What iptables itself asks of one value; undefined for all else. */
function questionOf(expression: unknown): Question | undefined {
  if (!isJson(expression) || !isJson(expression.match)) return undefined;
  const { left, right } = expression.match;
  if (!isJson(left)) return undefined;
  const masked = Array.isArray(left['&']) ? left['&'][0] : left;
  if (isJson(masked) && isJson(masked.payload)) {
    const { protocol, field } = masked.payload;
    if (protocol === 'ip' && field === 'protocol' && masked === left) return isNumber(right) ? 'protocol' : undefined;
    if ((protocol !== 'ip' && protocol !== 'ip6') || (field !== 'saddr' && field !== 'daddr')) return undefined;
    return isText(right) || (isJson(right) && 'prefix' in right) ? field : undefined;
  }
  if (!isJson(left.meta)) return undefined;
  const { key } = left.meta;
  if (key === 'l4proto') return isNumber(right) ? 'protocol' : undefined;
  return (key === 'iifname' || key === 'oifname') && isText(right) ? key : undefined;
}

function asIpProtocol(expression: unknown): unknown {
  if (!isJson(expression) || !isJson(expression.match)) return expression;
  return { match: { ...expression.match, left: { payload: { protocol: 'ip', field: 'protocol' } } } };
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** A name of a set begins with `@`. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !value.startsWith('@');
}

function parseObjects(text: string): readonly Json[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJson(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables.filter(isJson) : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
