import { countFates, groupRefused } from '../../core/connections/group-refused.ts';
import type { CountedConnections } from '../../core/connections/wish.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { nameList } from '../text/name-list.ts';
import type { Page } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';
import { wrapText } from '../text/wrap-text.ts';
import { FAMILY_WORDS } from '../traffic/traffic-words.ts';

export const REFUSED_TITLE = 'Running connections that would be refused';

/** Places of one namespace and family that are shown. */
const PLACES = 5;

/** The running connections that a plan refuses, below its traffic; nothing where none was looked at. */
export function printConnections(page: Page, all: readonly CountedConnections[]): readonly string[] {
  const lines = refusedLines(all);
  if (lines.length === 0) return [];
  const wrapped = lines.flatMap((line) => wrapText(page.clean(line), page.width, `${/^ */.exec(line)?.[0] ?? ''}  `));
  return ['', page.paint('heading', REFUSED_TITLE), ...wrapped];
}

/** The same as lines that are neither cleaned nor wrapped. */
export function refusedLines(all: readonly CountedConnections[]): readonly string[] {
  return [...all.flatMap(countedLines), ...unknownLines(all)];
}

/** Those of one namespace and family; none where nothing was found. */
export function countedLines({ namespace, family, found, ends }: CountedConnections): readonly string[] {
  if (found.kind === 'unknown' || found.judged + found.others === 0) return [];
  const { judged, refused, open, others } = found;
  const head = `  ${namespaceLabel(namespace)}, ${FAMILY_WORDS[family]}: ${refused.length} of ${judged}`;
  const left = [
    ...(open === 0 ? [] : [`    Of ${open} the rules alone do not tell whether they would be refused.`]),
    ...(others === 0
      ? []
      : [`    Not judged: ${quantity(others, 'entry', 'entries')}, of other protocols, over lo or without a route.`]),
  ];
  if (refused.length === 0) return [head, ...left];
  const places = groupRefused(refused);
  const shown = places.slice(0, PLACES);
  const more = places.length - shown.length;
  return [
    head,
    ...shown.map(
      ({ protocol, destination, port, connections }) =>
        `    ${String(connections).padStart(4)}  ${protocol} -> ${destination} port ${port}`,
    ),
    ...(more === 0 ? [] : [`          and ${quantity(more, 'more place', 'more places')}`]),
    ...(ends ? endingLines(countFates(refused)) : keptLines(countFates(refused).goOn)),
    ...left,
  ];
}

function endingLines({ end, mayReturn, stay }: ReturnType<typeof countFates>): readonly string[] {
  return [
    ...(end === 0 ? [] : [`    ${end} ${end === 1 ? 'is' : 'are'} ended once the apply is kept.`]),
    ...(mayReturn === 0
      ? []
      : [
          `    ${mayReturn} may come back: ${mayReturn === 1 ? 'its entry is' : 'their entries are'} deleted, and the rules may let the next packet of one side make a new one.`,
        ]),
    ...(stay === 0
      ? []
      : [
          `    ${stay} ${stay === 1 ? 'is' : 'are'} not ended: translated, and without an entry the next packet may leave untranslated.`,
        ]),
  ];
}

function keptLines(goOn: number): readonly string[] {
  if (goOn === 0) return [];
  const verb = goOn === 1 ? 'goes on until it ends by itself' : 'go on until they end by themselves';
  return [`    ${goOn} ${verb}; fw apply --connections end-refused ends such connections.`];
}

/** Each reason once. */
export function unknownLines(all: readonly CountedConnections[]): readonly string[] {
  const reasons = new Map<string, Set<string>>();
  for (const { namespace, found } of all) {
    if (found.kind !== 'unknown') continue;
    const names = reasons.get(found.because) ?? new Set<string>();
    reasons.set(found.because, names.add(namespaceLabel(namespace)));
  }
  return [...reasons].map(([because, names]) => `  Not counted in ${nameList([...names])}: ${because}.`);
}
