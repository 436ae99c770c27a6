import type { Among } from '../types/flow-pattern.ts';
import type { FlowWord, Report } from './flow-words.ts';

/** A list without blanks, `a,b`, or `!a,b` for everything but these. Each item is read by itself, so that all mistakes are told at once. */
export function readAmong<Item>(
  word: FlowWord,
  readItem: (item: FlowWord) => Item | undefined,
  report: Report,
): Among<Item> | undefined {
  const not = word.text.startsWith('!');
  const from = word.start + (not ? 1 : 0);
  if (from === word.end) return report(word, '`!` has nothing behind it', 'Write `!` and what is not meant.');
  const items = splitItems(word.text.slice(not ? 1 : 0), from).map((item) => {
    if (item.text === '') return report(pointAt(word, item), 'An item of the list is empty', 'Remove the comma.');
    if (item.text.startsWith('!')) {
      return report(item, '`!` stands in front of a whole list', 'Write a flow of its own for what is left out.');
    }
    return readItem(item);
  });
  const read = items.filter((item) => item !== undefined);
  return read.length === items.length ? { not, items: read } : undefined;
}

function splitItems(text: string, from: number): readonly FlowWord[] {
  let start = from;
  return text.split(',').map((item) => {
    const found = { text: item, start, end: start + item.length };
    start = found.end + 1;
    return found;
  });
}

/** An empty item has no width: a comma beside it is shown. */
function pointAt(word: FlowWord, { start }: FlowWord): FlowWord {
  const at = Math.min(start, word.end - 1);
  return { text: ',', start: at, end: at + 1 };
}
