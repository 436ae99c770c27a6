import { createHash } from 'node:crypto';
import type { Namespace } from '../rules/types.ts';
import { elementOf } from './ipset/entry.ts';
import { allLines, countOf, lineAt } from './ipset/lines.ts';
import { canSwap, hasFlag, hasTimeout } from './ipset/parse-header.ts';
import { delEdit, type SetEdit, setEdits } from './ipset/set-edit.ts';
import type { LiveSet, SetHeader, SetPair, SetStep } from './ipset/types.ts';

/*
 * Goals
 * 1. Less work: entries one by one where they are few, a whole new set where that is shorter.
 * 2. No packet meets a half-filled set: a new one is filled beside the old one, and the two swap names, which the kernel does at once.
 *    One by one, what goes leaves before what comes arrives, so that a full set has room and a changed comment its element.
 * 3. Entries of others stay: those with a time, and all of a set whose content is not declared.
 * 4. The kernel's own count per entry stays where it can: a set that counts, or whose entries have a time, is changed one by one.
 *
 * `ipset restore` is not atomic: a list of edits that fails in the middle has done what stands before. Going back reads what is there.
 */

/** Outside of a comment. */
const SKBINFO = /( comment "[^"]*")| skb(?:mark|prio|queue) \S+/g;

/** Entries of a step that are shown. */
const SHOWN = 3;

/** The copy that swaps names with a set. No declared name can end like this. */
export function copyName(set: string): string {
  return `${set}~`;
}

/** What a set holds: entries that stay, and those with what is left of their time. */
export type Entries = { readonly staying: readonly string[]; readonly passing: readonly string[] };

/** The step for one set; undefined when nothing changes. `pair` must be one that can be had, see `checkSet`. */
export function compileSet(
  namespace: Namespace,
  { name, live, desired }: SetPair,
  origin: string | undefined,
): SetStep | undefined {
  const base = { namespace, set: name, ...(origin === undefined ? {} : { origin }) };
  if (desired === undefined) return live === undefined ? undefined : destroyStep(base, live);
  const { declared, header, isManaged, added, removed, kept } = desired;
  const lists = { added: added.length, removed: removed.length, examples: examplesOf(added, removed), isManaged };
  if (live === undefined) {
    return {
      ...base,
      ...lists,
      declared,
      change: 'create',
      headers: { after: header },
      counts: { before: 0, after: added.length },
      edits: makeSet(name, header, { staying: added, passing: [] }),
      reverse: [{ kind: 'destroy', set: name }],
      digests: { before: digestOfSet('none'), after: digestOfSet(header, added) },
    };
  }
  const isAlike = live.header === header;
  if (isAlike && added.length + removed.length === 0) return undefined;
  const counts = { before: countOf(live.entries), after: kept.length + added.length };
  const common = { ...base, ...lists, declared, headers: { before: live.header, after: header }, counts };
  const isShort = added.length + removed.length < counts.after + 3;
  if (isAlike && (isShort || hasFlag(header, 'counters') || hasTimeout(header))) {
    return {
      ...common,
      change: 'update',
      edits: setEdits(delEdit(name, removed), addEdit(name, added, header)),
      reverse: setEdits(delEdit(name, added), addEdit(name, removed, header)),
      digests: {
        before: digestOfSet(header, [String(counts.before), ...removed, '+', ...added]),
        after: digestOfSet(header, [String(counts.after), ...added, '-', ...removed]),
      },
    };
  }
  const old: Entries = { staying: allLines(live.entries), passing: live.passing };
  const fresh = carryOver(
    {
      staying: isManaged ? [...kept.map((at) => lineAt(live.entries, at)), ...added] : old.staying,
      passing: old.passing,
    },
    header,
  );
  const swap = canSwap(live.header, header);
  return {
    ...common,
    change: 'replace',
    counts: { before: counts.before, after: fresh.staying.length },
    edits: makeAnew(name, swap, header, swap ? fresh : { ...fresh, passing: [] }),
    reverse: makeAnew(name, swap, live.header, old),
    digests: {
      before: digestOfSet(live.header, old.staying.toSorted()),
      after: digestOfSet(header, fresh.staying.toSorted()),
    },
  };
}

function destroyStep(base: Pick<SetStep, 'namespace' | 'set' | 'origin'>, live: LiveSet): SetStep {
  const staying = allLines(live.entries);
  return {
    ...base,
    declared: base.set,
    change: 'destroy',
    headers: { before: live.header },
    counts: { before: staying.length, after: 0 },
    added: 0,
    removed: staying.length,
    examples: examplesOf([], staying.slice(0, SHOWN)),
    isManaged: true,
    edits: [{ kind: 'destroy', set: base.set }],
    reverse: makeSet(base.set, live.header, { staying, passing: live.passing }),
    digests: { before: digestOfSet(live.header, staying.toSorted()), after: digestOfSet('none') },
  };
}

/** The edits that make a set anew in the place of the one that is there: beside it where the two can swap names, else after it. */
export function makeAnew(name: string, swap: boolean, header: SetHeader, entries: Entries): readonly SetEdit[] {
  return swap ? swapSet(name, header, entries) : [{ kind: 'destroy', set: name }, ...makeSet(name, header, entries)];
}

export function makeSet(name: string, header: SetHeader, { staying, passing }: Entries): readonly SetEdit[] {
  return setEdits({ kind: 'create', set: name, header }, addEdit(name, staying, header), {
    kind: 'add passing',
    set: name,
    entries: passing,
  });
}

function swapSet(name: string, header: SetHeader, entries: Entries): readonly SetEdit[] {
  const copy = copyName(name);
  return [...makeSet(copy, header, entries), { kind: 'swap', set: copy, other: name }, { kind: 'destroy', set: copy }];
}

/** Adds entries that stay to a set with this header. */
export function addEdit(set: string, entries: readonly string[], header: SetHeader): SetEdit {
  return { kind: 'add', set, entries, overtakes: hasTimeout(header) };
}

/**
 * What a new header has no place for is left behind: comments, marks of packets, and entries with a time. What stays for good has no time,
 * also where another program had given it one.
 */
export function carryOver({ staying, passing }: Entries, header: SetHeader): Entries {
  const fit = (entry: string) => {
    const noted = hasFlag(header, 'comment') ? entry : entry.replace(/ comment "[^"]*"/, '');
    return hasFlag(header, 'skbinfo') ? noted : noted.replace(SKBINFO, '$1');
  };
  if (!hasTimeout(header) || passing.length === 0) return { staying: staying.map(fit), passing: [] };
  const known = new Set(staying.map(elementOf));
  return { staying: staying.map(fit), passing: passing.filter((entry) => !known.has(elementOf(entry))).map(fit) };
}

function examplesOf(added: readonly string[], removed: readonly string[]): SetStep['examples'] {
  return { added: added.slice(0, SHOWN), removed: removed.slice(0, SHOWN) };
}

/** Digest of a set with these entries. */
export function digestOfSet(header: string, entries: readonly string[] = []): string {
  return createHash('sha256').update(`${header}\n`).update(entries.join('\n')).digest('hex');
}
