import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import type { Family } from '../../rules/types.ts';
import { countOf, type Lines, linesOf } from '../../sets/ipset/lines.ts';
import { parseEntries } from '../../sets/ipset/parse-entries.ts';
import type { DesiredEntries, DesiredSet } from '../../sets/ipset/types.ts';
import type { ReadDocument, ReadSet } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';
import { ownerOf, type SetNames } from './name-sets.ts';
import { describeSet, kindsOf } from './set-header.ts';

const LONGEST_NAME = LIMITS.setName.most;

/** All sets that the documents of one namespace declare, and what rules call them. */
export function buildSets(documents: readonly ReadDocument[]): {
  readonly sets: readonly DesiredSet[];
  /** By owner; '' for exclusive documents. */
  readonly names: ReadonlyMap<string, SetNames>;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const names = nameAll(documents, diagnostics);
  const taken = new Map<string, DesiredSet>();
  for (const document of documents) {
    const own = names.get(ownerOf(document)) ?? new Map();
    for (const set of document.sets) {
      const built = buildSet(set, own);
      diagnostics.push(...built.diagnostics);
      for (const one of built.sets) {
        const earlier = taken.get(one.name);
        if (earlier === undefined) taken.set(one.name, one);
        else diagnostics.push(duplicate(one, earlier));
      }
    }
  }
  return { sets: [...taken.values()].sort(membersFirst), names, diagnostics };
}

function nameAll(documents: readonly ReadDocument[], diagnostics: Diagnostic[]): ReadonlyMap<string, SetNames> {
  const names = new Map<string, Map<string, { kernel: Partial<Record<Family, string>>; isList: boolean }>>();
  for (const document of documents) {
    const owner = ownerOf(document);
    const own = names.get(owner) ?? new Map();
    names.set(owner, own);
    for (const set of document.sets) {
      const kinds = kindsOf(set);
      const base = owner === '' ? set.name : `${owner}-${set.name}`;
      const six = kinds.length === 2 ? `${base}-6` : base;
      const over = six.length - LONGEST_NAME;
      if (over > 0) diagnostics.push(tooLong(set, over, owner));
      const kernel = {
        ...(kinds.includes('ipv6') && kinds.length === 1 ? {} : { ipv4: base }),
        ...(kinds.includes('ipv4') && kinds.length === 1 ? {} : { ipv6: six }),
      };
      if (!own.has(set.name)) own.set(set.name, { kernel, isList: set.type.value === 'list:set' });
    }
  }
  return names;
}

function buildSet(
  set: ReadSet,
  names: SetNames,
): { readonly sets: readonly DesiredSet[]; readonly diagnostics: readonly Diagnostic[] } {
  const kinds = kindsOf(set);
  const isList = set.type.value === 'list:set';
  const declares = set.entries !== undefined || set.list !== undefined || set.file !== undefined;
  const parsed = declares && !isList ? parseEntries({ entries: set.entries ?? [], list: set.list }, kinds) : undefined;
  const members = isList && declares ? listMembers(set, names) : undefined;
  const diagnostics = [...(parsed?.diagnostics ?? []), ...(members?.diagnostics ?? [])];
  const sets = kinds.map((kind): DesiredSet => {
    const entries = members?.entries ?? parsed?.found.get(kind);
    const described = describeSet(set, kind, entries === undefined ? 0 : countOf(entries.lines));
    diagnostics.push(...described.diagnostics);
    const kernel = names.get(set.name)?.kernel;
    return {
      name: (kind === 'ipv6' ? kernel?.ipv6 : (kernel?.ipv4 ?? kernel?.ipv6)) ?? set.name,
      declared: set.name,
      ...(kind === 'plain' ? {} : { family: kind }),
      header: described.header,
      ...(entries === undefined ? { options: set.options.map((option) => option.name) } : { entries }),
      span: set.span,
    };
  });
  return { sets, diagnostics };
}

/** A list holds sets of this state: those of both families, where a set has two. */
function listMembers(
  set: ReadSet,
  names: SetNames,
): { readonly entries: DesiredEntries; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const members = (set.entries ?? []).flatMap(({ text, span }) => {
    const member = names.get(text);
    if (member !== undefined && !member.isList) {
      return [...new Set(Object.values(member.kernel))].map((name) => ({ name, span }));
    }
    const message =
      member === undefined ? `There is no set named ${quote(text)} in this state` : `${quote(text)} is a list itself`;
    const hint = 'A list:set holds sets that are declared here and are no lists.';
    diagnostics.push({ severity: 'error', code: 'state.set', message, span, hint });
    return [];
  });
  if (set.file !== undefined) {
    const message = 'The members of a list:set are written under `entries`';
    diagnostics.push({ severity: 'error', code: 'state.set', message, span: set.file.span, hint: 'Remove `file`.' });
  }
  const lines: Lines = linesOf(members.map(({ name }) => name));
  return { entries: { lines, spans: members.map(({ span }) => span) }, diagnostics };
}

/** Lists come last: what they hold must be there. */
function membersFirst(one: DesiredSet, other: DesiredSet): number {
  const [a, b] = [one, other].map(({ header }) => (header.startsWith('list:') ? 1 : 0));
  if (a !== b) return (a ?? 0) - (b ?? 0);
  return one.name < other.name ? -1 : 1;
}

function duplicate(set: DesiredSet, earlier: DesiredSet): Diagnostic {
  const message =
    set.declared === earlier.declared
      ? `Set ${quote(set.declared)} is declared twice in one namespace`
      : `Sets ${quote(earlier.declared)} and ${quote(set.declared)} would both be ${quote(set.name)} in the kernel`;
  return {
    severity: 'error',
    code: 'state.set',
    message,
    span: set.span,
    related: [{ message: 'the first one', span: earlier.span }],
    hint: 'Rename one of them, or join the two.',
  };
}

function tooLong(set: ReadSet, over: number, owner: string): Diagnostic {
  const share = owner === '' ? '' : `, ${owner.length + 1} of them for the prefix \`${owner}-\``;
  return {
    severity: 'error',
    code: 'state.set',
    message: `Set name ${quote(set.name)} is ${over} ${over === 1 ? 'byte' : 'bytes'} too long`,
    span: set.span,
    hint: `The kernel takes 31 bytes${share}, two for \`-6\` where both families have the set, and one for the copy that replaces it.`,
  };
}
