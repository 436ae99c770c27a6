import type { ListedState } from '../../core/generation/states/states-document.ts';
import { cleanText } from '../text/clean-text.ts';
import { columnsWithin } from '../text/columns.ts';
import { localTime } from '../text/local-time.ts';
import { nameList } from '../text/name-list.ts';

/** One line for each state, in the order in which they were first applied. */
export function printStates(states: readonly ListedState[], width: number): readonly string[] {
  if (states.length === 0) return ['No state: nothing is declared by what was applied from this data folder.'];
  const rows = states.map(({ name, named, path, at, operator, generation, namespaces }) => [
    named ? name : '(no name)',
    generation === null ? '-' : String(generation),
    localTime(at),
    cleanText(operator, true),
    cleanText(nameList(namespaces), true),
    cleanText(path, true),
  ]);
  const head = ['name', '#', 'when', 'by', 'namespaces', 'last applied from'];
  return columnsWithin(width, [head, ...rows]);
}
