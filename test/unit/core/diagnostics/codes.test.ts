import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';
import { PROBLEM_CODES, RUN_CODES } from '../../../../src/core/diagnostics/codes.ts';
import { GUARDS } from '../../../../src/core/guards/registry.ts';
import { readSources } from '../../../support/source-files.ts';

type Node = { readonly type: string; readonly [key: string]: unknown };

/** Where rows stand; what they say of a code is no use of it. */
const TABLES = /^core\/diagnostics\//;

const sources = readSources()
  .filter(({ path }) => !TABLES.test(path))
  .map(({ path, lines }) => ({
    path,
    nodes: nodesOf(parseAst(lines.join('\n'), { lang: path.endsWith('x') ? 'tsx' : 'ts' })),
  }));

describe('every code is in the table, and every row is used', () => {
  test('a code that a source gives to a diagnostic or an error has a row', () => {
    const known = new Set<string>([...Object.keys(PROBLEM_CODES), ...Object.keys(RUN_CODES)]);
    const given = sources.flatMap(({ path, nodes }) => nodes.flatMap(givenCodes).map((code) => `${path}: ${code}`));
    expect(given.length).toBeGreaterThan(150);
    expect(given.filter((one) => !known.has(one.split(': ')[1] ?? ''))).toEqual([]);
  });

  test('a row is a code that some source names', () => {
    const named = new Set(sources.flatMap(({ nodes }) => nodes.flatMap((node) => textOf(node) ?? [])));
    const rows = [...Object.keys(PROBLEM_CODES), ...Object.keys(RUN_CODES)];
    expect(rows.filter((code) => !named.has(code))).toEqual([]);
  });

  test('no code has two rows', () => {
    const rows = [...Object.keys(PROBLEM_CODES), ...Object.keys(RUN_CODES), ...GUARDS.map(({ id }) => id)];
    expect(new Set(rows).size).toBe(rows.length);
  });

  test('a severity in a row is the one that the sources give', () => {
    const found = new Map<string, Set<string>>();
    for (const node of sources.flatMap(({ nodes }) => nodes)) {
      const code = propertyOf(node, 'code');
      const severity = propertyOf(node, 'severity');
      if (code === undefined || severity === undefined || !Object.hasOwn(PROBLEM_CODES, code)) continue;
      found.set(code, (found.get(code) ?? new Set()).add(severity));
    }
    const wrong = Object.entries(PROBLEM_CODES).filter(([code, { severity }]) => {
      const given = found.get(code);
      return given !== undefined && severity !== (given.size === 2 ? 'either' : [...given][0]);
    });
    expect(found.size).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
});

/** The codes of one node: `code: 'x.y'` in an object that has a severity or satisfies an error type, `new FwError('x.y', ...)`, and `'x.y' as code`. */
function givenCodes(node: Node): readonly string[] {
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'FwError') {
    const [first] = node.arguments as readonly Node[];
    return first === undefined ? [] : literalsOf(first);
  }
  if (node.type !== 'ObjectExpression') return [];
  const code = memberOf(node, 'code');
  return code === undefined || memberOf(node, 'message') === undefined ? [] : literalsOf(code);
}

/** A text, or each side of `is ? 'one' : 'other'`. */
function literalsOf(node: Node): readonly string[] {
  if (node.type === 'ConditionalExpression')
    return [...literalsOf(node.consequent as Node), ...literalsOf(node.alternate as Node)];
  return textOf(node) ?? [];
}

function textOf(node: Node): string[] | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : undefined;
}

function propertyOf(node: Node, name: string): string | undefined {
  const value = node.type === 'ObjectExpression' ? memberOf(node, name) : undefined;
  return value === undefined ? undefined : textOf(value)?.[0];
}

function memberOf(node: Node, name: string): Node | undefined {
  const properties = node.properties as readonly Node[];
  return properties.find((one) => nameOf(one.key) === name)?.value as Node | undefined;
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && typeof node.name === 'string' ? node.name : undefined;
}

function nodesOf(root: unknown): readonly Node[] {
  const found: Node[] = [];
  const waiting: unknown[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) waiting.push(...next.filter((one) => one !== null && one !== undefined));
    else if (isNode(next)) {
      found.push(next);
      waiting.push(...Object.values(next).filter((one) => typeof one === 'object' && one !== null));
    }
  }
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
