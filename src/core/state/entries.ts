import { CONNECTION_WISHES, type ConnectionWish } from '../connections/wish.ts';
import type { AboutNames } from '../desired/odd-namespace.ts';
import type { DesiredState } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Scope } from './as-written/value.ts';
import type { Entries, EntryName, ReadDocument, ReadEntries, WrittenEntries } from './as-written/written.ts';
import { readChecks } from './document/read-checks.ts';
import { readSets } from './document/read-sets.ts';
import { readReachable, readTests } from './document/read-tests.ts';
import { placeChecks } from './merge/place-checks.ts';
import { placeConnections } from './merge/place-connections.ts';
import { placeReachable, placeTests } from './merge/place-tests.ts';
import { CHECK } from './schema/probe-shape.ts';
import { TABLES, USES, VALUES } from './schema/rule-shape.ts';
import { SETS } from './schema/set-shape.ts';
import type { Shape } from './schema/shape.ts';
import { REACHABLE, TESTS } from './schema/test-shape.ts';
import { expandSet } from './template/expand-set.ts';
import { expandReachable, expandTest } from './template/expand-test.ts';
import type { Library, Place } from './values/expanding.ts';
import { find, readText } from './values/read-node.ts';
import type { YamlEntry, YamlNode } from './yaml/yaml-node.ts';

type Found<Item> = { readonly items: readonly Item[]; readonly diagnostics: readonly Diagnostic[] };

/** Where entries are placed: the names under /run/netns, or undefined where they are not known. */
export type Where = { readonly existing: readonly string[] | undefined; readonly about?: AboutNames };

/** How one key at the top of a state document becomes part of the state. */
type Entry<Written, Read, Desired> = {
  readonly shape: Shape;
  /** What stands there in one document, as far as it is right in form. */
  readonly read: (node: YamlNode | undefined) => Found<Written>;
  /** Replaces what values and lists stand for; an entry without it stays as it is written. */
  readonly expand?: (written: Written, scope: Scope, library: Library, diagnostics: Diagnostic[]) => Read;
  /** Makes one list of those of all documents. An entry without it is for namespaces: `mergeNamespace` puts it together. */
  readonly place?: (documents: readonly ReadDocument[], where: Where) => Found<Desired>;
};

type Rows = {
  readonly [Name in EntryName]: Entry<Entries[Name]['written'], Entries[Name]['read'], Entries[Name]['desired']>;
};

/** Keys at the top of a document that hold something of their own. A new one is a row here, its types in written.ts and types.ts, and files of its own. */
const ENTRIES: Rows = {
  sets: {
    shape: SETS,
    read: (node) => ({ items: readSets(node), diagnostics: [] }),
    expand: expandSet,
  },
  checks: {
    shape: { kind: 'list', about: 'What must hold after an apply, or all of it goes back.', of: CHECK },
    read: (node) => {
      const { checks, diagnostics } = readChecks(node);
      return { items: checks, diagnostics };
    },
    place: (documents, { existing, about }) => {
      const { checks, diagnostics } = placeChecks(documents, existing, about);
      return { items: checks, diagnostics };
    },
  },
  tests: {
    shape: TESTS,
    read: readTests,
    expand: (test, scope, _, diagnostics) => expandTest(test, placeOf(scope), diagnostics),
    place: placeTests,
  },
  reachable: {
    shape: REACHABLE,
    read: readReachable,
    expand: (flow, scope, _, diagnostics) => expandReachable(flow, placeOf(scope), diagnostics),
    place: placeReachable,
  },
  connections: {
    shape: {
      kind: 'text',
      about:
        'Running connections that an apply refuses: `end-refused` ends them once it is kept, `keep` (default) leaves them.',
      choices: CONNECTION_WISHES,
    },
    read: (node) => {
      const wish = readText<ConnectionWish>(node);
      return { items: wish === undefined ? [] : [wish], diagnostics: [] };
    },
    place: placeConnections,
  },
};

/** At the top of a document. */
function placeOf(scope: Scope): Place {
  return { scope, calls: [], open: [] };
}

const NAMES = Object.keys(ENTRIES) as readonly EntryName[];

/** Keys of a document that say what and not where. Rules are written of values and templates and belong together; the others are entries. */
export const CONTENT_SHAPES = {
  values: VALUES,
  sets: ENTRIES.sets.shape,
  use: USES,
  ...shapesOf(NAMES.filter((name) => name !== 'sets')),
  tables: TABLES,
} as const satisfies Readonly<Record<string, Shape>>;

function shapesOf(names: readonly EntryName[]): Readonly<Record<string, Shape>> {
  return Object.fromEntries(names.map((name) => [name, ENTRIES[name].shape]));
}

/** The entries of one document. */
export function readEntries(entries: readonly YamlEntry[]): {
  readonly written: WrittenEntries;
  readonly diagnostics: readonly Diagnostic[];
} {
  const found = NAMES.map((name) => ({ name, ...ENTRIES[name].read(find(entries, name)) }));
  return {
    written: Object.fromEntries(found.map(({ name, items }) => [name, items])) as WrittenEntries,
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The entries of one document with what values and lists stand for. */
export function expandEntries(
  written: WrittenEntries,
  scope: Scope,
  library: Library,
  diagnostics: Diagnostic[],
): ReadEntries {
  const expandOne = (entry: Entry<unknown, unknown, never>, items: readonly unknown[]): readonly unknown[] =>
    items.map((item) => entry.expand?.(item, scope, library, diagnostics) ?? item);
  return Object.fromEntries(
    NAMES.map((name) => [name, expandOne(ENTRIES[name] as Entry<unknown, unknown, never>, written[name])]),
  ) as ReadEntries;
}

/** The entries of the state as a whole. */
export function placeEntries(
  documents: readonly ReadDocument[],
  where: Where,
): { readonly desired: Omit<DesiredState, 'namespaces' | 'name'>; readonly diagnostics: readonly Diagnostic[] } {
  const found = NAMES.flatMap((name) => {
    const placed = ENTRIES[name].place?.(documents, where);
    return placed === undefined ? [] : [{ name, ...placed }];
  });
  return {
    desired: Object.fromEntries(found.map(({ name, items }) => [name, items])) as Omit<
      DesiredState,
      'namespaces' | 'name'
    >,
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  };
}
