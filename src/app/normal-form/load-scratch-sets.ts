import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { addEdit } from '../../core/sets/compile-set.ts';
import { type Lines, lineAt, NO_LINES } from '../../core/sets/ipset/lines.ts';
import { entrySpan } from '../../core/sets/ipset/parse-entries.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import type { DesiredSet, SetHeader } from '../../core/sets/ipset/types.ts';
import type { Kernel, Ran, Scratch } from '../../ports/ports.ts';

/** A declared set, and which of its entries are to be spelt out. */
export type ScratchSet = { readonly set: DesiredSet; readonly indexes: readonly number[] };

type LoadedSets = {
  readonly normal: ReadonlyMap<DesiredSet, { readonly header: SetHeader; readonly entries: Lines }>;
  readonly diagnostics: readonly Diagnostic[];
};

/** More refused entries of one set than this are not searched for. */
const MOST = 20;
const NAME = 's';

/** Makes each set in a scratch namespace, adds entries, and reads all of it back in the kernel's spelling. */
export async function loadScratchSets(kernel: Kernel, wanted: readonly ScratchSet[]): Promise<LoadedSets> {
  const normal = new Map<DesiredSet, { header: SetHeader; entries: Lines }>();
  const diagnostics: Diagnostic[] = [];
  const scratch = await kernel.scratch();
  try {
    for (const one of wanted) {
      const problems = await fill(scratch, one);
      diagnostics.push(...problems);
      if (problems.length === 0) normal.set(one.set, await readBack(scratch, one));
      await scratch.restoreSets(printSetEdits([{ kind: 'destroy', set: NAME }]));
    }
  } finally {
    await scratch.close();
  }
  return { normal, diagnostics };
}

/** Adds the entries; behind one that is refused it goes on, so that all are found. */
async function fill(scratch: Scratch, { set, indexes }: ScratchSet): Promise<readonly Diagnostic[]> {
  const created = await scratch.restoreSets(printSetEdits([{ kind: 'create', set: NAME, header: set.header }]));
  if (created.exitCode !== 0) return [refusedSet(set, created)];
  if (set.header.startsWith('list:')) return [];
  const lines = set.entries?.lines ?? NO_LINES;
  const diagnostics: Diagnostic[] = [];
  for (let from = 0; from < indexes.length; ) {
    const entries: string[] = [];
    for (let at = from; at < indexes.length; at += 1) entries.push(lineAt(lines, indexes[at] ?? 0));
    const ran = await scratch.restoreSets(printSetEdits([addEdit(NAME, entries, set.header)]));
    if (ran.exitCode === 0) break;
    const line = Number(/Error in line (\d+):/.exec(ran.stderr)?.[1] ?? 0);
    const index = indexes[from + line - 1];
    if (line < 1 || index === undefined || /is full/.test(ran.stderr)) return [...diagnostics, refusedSet(set, ran)];
    diagnostics.push(refusedEntry(set, index, ran));
    if (diagnostics.length >= MOST) break;
    from += line;
  }
  return diagnostics;
}

async function readBack(scratch: Scratch, { set }: ScratchSet) {
  const ran = await scratch.saveSet(NAME);
  const parsed = ran.exitCode === 0 ? parseSavedSet(NAME, ran.stdout, 0) : undefined;
  if (parsed === undefined) {
    throw new FwError('live.unreadable', `ipset does not show set ${set.declared} in a scratch namespace`, {
      output: ran.stderr.trim(),
    });
  }
  return { header: parsed.header, entries: parsed.entries };
}

function refusedSet({ declared, span }: DesiredSet, ran: Ran): Diagnostic {
  checkRan(ran);
  return {
    severity: 'error',
    code: 'kernel.rejected',
    message: `ipset refuses set ${declared}`,
    span,
    output: outputOf(ran),
    outputOf: 'ipset',
    hint: 'Correct its type or options.',
  };
}

function refusedEntry(set: DesiredSet, index: number, ran: Ran): Diagnostic {
  checkRan(ran);
  const entry = lineAt(set.entries?.lines ?? NO_LINES, index);
  return {
    severity: 'error',
    code: 'kernel.rejected',
    message: `ipset refuses ${entry} in set ${set.declared}`,
    span: (set.entries === undefined ? undefined : entrySpan(set.entries, index)) ?? set.span,
    output: outputOf(ran),
    outputOf: 'ipset',
    hint: hintFor(entry),
  };
}

/** Most types hold no network of length 0; two halves are the same. */
function hintFor(entry: string): string {
  if (/^0\.0\.0\.0\/0(?![^ ,])/.test(entry)) return 'Write it as two entries, 0.0.0.0/1 and 128.0.0.0/1.';
  if (/^::\/0(?![^ ,])/.test(entry)) return 'Write it as two entries, ::/1 and 8000::/1.';
  return 'Correct the entry.';
}

function checkRan(ran: Ran): void {
  if (ran.problem === 'missing') {
    throw new FwError('env.missing-binary', 'ipset is not installed', {
      next: 'Install it (Debian: apt-get install ipset).',
    });
  }
  if (ran.problem !== undefined) {
    throw new FwError('kernel.timeout', 'making sets in a scratch namespace did not come to an end', {
      output: ran.stderr.trim(),
    });
  }
}

function outputOf({ stderr }: Ran): string {
  return stderr
    .trim()
    .replace(/^ipset v\S+: /, '')
    .replace(/^Error in line \d+: /, '');
}
