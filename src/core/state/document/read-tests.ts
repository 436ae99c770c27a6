import type { Expectation } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import type { Path } from '../../packets/types/traffic.ts';
import type { WrittenFlow, WrittenTest, WrittenText } from '../as-written/written.ts';
import { TESTS } from '../schema/test-shape.ts';
import { entriesOf, find, itemsOf, readText } from '../values/read-node.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import { readWhen } from './read-use.ts';

const KINDS: readonly Expectation['kind'][] = ['allow', 'deny', 'allow-if'];
const PATHS: Readonly<Record<string, Path>> = { host: 'INPUT', through: 'FORWARD', from: 'OUTPUT' };

type Found<Item> = { readonly items: readonly Item[]; readonly diagnostics: readonly Diagnostic[] };

/** The tests under `tests:`, as far as they are right in form. */
export function readTests(node: YamlNode | undefined): Found<WrittenTest> {
  const items = itemsOf(node).flatMap((item) => (item.kind === 'map' ? [readTest(item)] : []));
  const count = items.reduce((sum, { expectations }) => sum + expectations.length, 0);
  if (node !== undefined && count > LIMITS.tests.most) return { items: [], diagnostics: [tooMany(node, count)] };
  // A key that is unknown may be one of the three, misspelt; then the error is about that.
  const isKnown = itemsOf(node).every((item) => entriesOf(item).every(({ key }) => Object.hasOwn(TESTS.of.keys, key)));
  return { items, diagnostics: isKnown ? items.filter(isEmpty).map(emptyTest) : [] };
}

function readTest(node: YamlNode & { readonly kind: 'map' }): WrittenTest {
  const { entries, span } = node;
  const name = readText(find(entries, 'name'))?.value;
  const to = readText(find(entries, 'to'))?.value;
  const path = to === undefined ? undefined : PATHS[to];
  return {
    span: entries[0]?.keySpan ?? span,
    ...(name === undefined ? {} : { name }),
    ...(path === undefined ? {} : { path }),
    ...readWhen(entries),
    expectations: KINDS.flatMap((kind) => flowsOf(find(entries, kind)).map((flow) => ({ kind, flow }))),
  };
}

/** The flows under `reachable:`. */
export function readReachable(node: YamlNode | undefined): Found<WrittenFlow> {
  const items = itemsOf(node).flatMap((item): WrittenFlow[] => {
    const [flow] = item.kind === 'map' ? textOf(find(item.entries, 'flow')) : textOf(item);
    const name = readText(find(entriesOf(item), 'name'))?.value;
    return flow === undefined ? [] : [{ span: flow.span, flow, ...(name === undefined ? {} : { name }) }];
  });
  const isTooMany = node !== undefined && items.length > LIMITS.tests.most;
  return isTooMany ? { items: [], diagnostics: [tooMany(node, items.length)] } : { items, diagnostics: [] };
}

function flowsOf(node: YamlNode | undefined): readonly WrittenText[] {
  return itemsOf(node).flatMap(textOf);
}

function textOf(node: YamlNode | undefined): readonly WrittenText[] {
  return node?.kind === 'text' ? [{ text: node.text, span: node.span, exact: node.exact }] : [];
}

function isEmpty({ expectations }: WrittenTest): boolean {
  return expectations.length === 0;
}

/** It would hold, whatever the rules are. */
function emptyTest({ span }: WrittenTest): Diagnostic {
  return {
    severity: 'error',
    code: 'state.test',
    message: 'The test expects nothing',
    span,
    hint: 'Write flows under `allow`, `deny` or `allow-if`.',
  };
}

function tooMany({ span }: YamlNode, count: number): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: `The document has ${count} flows here, and more than ${LIMITS.tests.most} are not read`,
    span: { ...span, end: span.start },
    hint: 'One flow may hold lists of addresses, ports and interfaces.',
  };
}
