import type { Promises } from '../../core/desired/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { nameList } from '../text/name-list.ts';
import { PATH_WORDS } from '../traffic/traffic-words.ts';

/** The tests that a saved plan carries, each of them: an apply judges them, and a file from which one was taken says so by what is not here. */
export function promiseTexts({ tests = [], reachable = [] }: Promises): readonly string[] {
  return [
    ...tests.flatMap(({ namespaces, expectations }) =>
      expectations.map(
        ({ kind, path, flow, origin }) => `Tests ${kind} ${PATH_WORDS[path]} ${flow} ${inAll(namespaces)} (${origin}).`,
      ),
    ),
    ...reachable.map(
      ({ namespaces, path, flow, origin }) =>
        `Tests reachable ${PATH_WORDS[path]} ${flow} ${inAll(namespaces)} (${origin}).`,
    ),
  ];
}

function inAll(namespaces: readonly Namespace[]): string {
  return `in ${nameList(namespaces.map(namespaceLabel))}`;
}
