import { copyName, digestOfSet } from './compile-set.ts';
import { addLine, delLine, elementOf } from './entry.ts';
import { indexLines, linesOf } from './lines.ts';
import { scriptEntries, startText } from './script.ts';
import type { SetStep } from './types.ts';

/**
 * Whether a step of a file says the same in all its parts: its texts are about its set only, and its digests, numbers and examples are those of its texts. A step that
 * fw made is honest.
 */
export function isHonest(step: SetStep): boolean {
  const { set, change, headers, counts, added, removed, examples, restore, rollback } = step;
  const { before = '', after = '' } = headers;
  if (!isAbout(step, restore) || !isAbout(step, rollback)) return false;
  const fresh = scriptEntries(restore).added;
  const old = scriptEntries(change === 'update' ? rollback : startText(step)).added;
  const isShown =
    examples.added.every((one) => fresh.includes(one)) && examples.removed.every((one) => old.includes(one));
  if (!isShown) return false;
  const none = digestOfSet('none');
  switch (change) {
    case 'create':
      return (
        counts.before === 0 &&
        added === fresh.length &&
        counts.after === added &&
        rollback === `destroy ${set}\n` &&
        isSame(step, none, digestOfSet(after, fresh))
      );
    case 'destroy':
      return (
        restore === `destroy ${set}\n` &&
        removed === old.length &&
        counts.before === removed &&
        isSame(step, digestOfSet(before, old.toSorted()), none)
      );
    case 'replace':
      return (
        counts.before === old.length &&
        counts.after === fresh.length &&
        countsChanges(step, old, fresh) &&
        makesAnew(set, restore) &&
        makesAnew(set, rollback) &&
        isSame(step, digestOfSet(before, old.toSorted()), digestOfSet(after, fresh.toSorted()))
      );
    case 'update': {
      const forth = [...old.map((one) => delLine(set, one)), ...fresh.map((one) => addLine(set, one, after))];
      const back = [...fresh.map((one) => delLine(set, one)), ...old.map((one) => addLine(set, one, after))];
      const isWhole = [forth, back].every(
        (lines, at) => [restore, rollback][at] === lines.map((line) => `${line}\n`).join(''),
      );
      const isCounted =
        added === fresh.length && removed === old.length && counts.after === counts.before + added - removed;
      const was = digestOfSet(after, [String(counts.before), ...old, '+', ...fresh]);
      const is = digestOfSet(after, [String(counts.after), ...fresh, '-', ...old]);
      return before === after && isWhole && isCounted && isSame(step, was, is);
    }
    default:
      return change satisfies never;
  }
}

/** A new set in the place of the old one: beside it and swapped, or after it. */
function makesAnew(set: string, text: string): boolean {
  const copy = copyName(set);
  const isSwapped = text.startsWith(`create ${copy} `) && text.endsWith(`\nswap ${copy} ${set}\ndestroy ${copy}\n`);
  const others = text.split('\n').filter((line) => !line.startsWith('add ')).length;
  return isSwapped ? others === 4 : text.startsWith(`destroy ${set}\ncreate ${set} `) && others === 3;
}

/** A set that is made anew shows how many entries differ; one whose content is the business of others keeps all of them. */
function countsChanges(
  { isManaged, added, removed }: SetStep,
  old: readonly string[],
  fresh: readonly string[],
): boolean {
  const [from, to] = isManaged ? [old, fresh] : [old.map(elementOf), fresh.map(elementOf)];
  const lines = linesOf(to);
  const find = indexLines(linesOf(from));
  const common = to.reduce((count, _, index) => count + (find(lines, index) < 0 ? 0 : 1), 0);
  const [came, went] = [to.length - common, from.length - common];
  return isManaged ? added === came && removed === went : added + removed + came + went === 0;
}

function isSame(step: SetStep, before: string, after: string): boolean {
  return step.before === before && step.after === after;
}

/** Every line is about the set, or the copy that swaps names with it, and makes it as the headers say. */
function isAbout({ set, headers }: SetStep, text: string): boolean {
  const names = new Set([set, copyName(set)]);
  const made = [headers.before, headers.after].flatMap((header) =>
    [...names].map((name) => `create ${name} ${header}`),
  );
  if (text !== '' && !text.endsWith('\n')) return false;
  return text.split('\n').every((line, at, lines) => {
    if (line === '') return at === lines.length - 1;
    const [command = '', name = '', other = ''] = line.split(' ');
    if (command === 'create') return made.includes(line);
    if (command === 'swap') return names.has(name) && names.has(other);
    return ['add', 'del', 'destroy'].includes(command) && names.has(name);
  });
}
