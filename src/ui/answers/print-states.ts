import type { ListedState } from '../../core/generation/states/states-document.ts';
import { cleanText } from '../text/clean-text.ts';
import { nameList } from '../text/name-list.ts';

/** One line for each state, in the order in which they were first applied. */
export function printStates(states: readonly ListedState[]): readonly string[] {
  if (states.length === 0) return ['No state: nothing is declared by what was applied from this data folder.'];
  const rows = states.map(({ name, named, path, at, operator, generation, namespaces }) => [
    named ? name : '(no name)',
    generation === null ? '-' : String(generation),
    at.slice(0, 19),
    cleanText(operator, true),
    cleanText(nameList(namespaces), true),
    cleanText(path, true),
  ]);
  const head = ['name', '#', 'when (UTC)', 'by', 'namespaces', 'last applied from'];
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
