import type { GoneCounter } from '../../core/counters/differences.ts';
import type { WhyAnew } from '../../core/identity/find-made-anew.ts';
import { localTime } from '../text/local-time.ts';
import type { Page } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';

type SinceNamespace = {
  readonly namespace: string;
  readonly since: string | undefined;
  readonly why: 'first' | 'gone' | WhyAnew | undefined;
  readonly isUnsure: boolean;
};

const WHY: Readonly<Record<'first' | 'gone' | WhyAnew, string>> = {
  first: 'first call of this reader: whole counters',
  gone: 'not there any more; what it counted since the last call is not known',
  'made anew': 'made anew since the last call: whole counters of the new one',
  'other namespace': 'another namespace than at the last call: whole counters',
  booted: 'the machine booted since the last call: whole counters since then',
  'other boot': 'another boot or machine than at the last call: whole counters',
  'other machine': 'another machine than at the last call: whole counters',
};

/** Since when the differences of a reader are, namespaces of one answer together. */
export function printSince(reader: string, namespaces: readonly SinceNamespace[], page: Page): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { namespace, since, why, isUnsure } of namespaces) {
    const words = [
      why === undefined ? `since ${since === undefined ? 'the last call' : localTime(since)}` : WHY[why],
      ...(isUnsure ? ['whether it is the same namespace as then is not known'] : []),
    ].join('; ');
    groups.set(words, [...(groups.get(words) ?? []), namespace]);
  }
  return [...groups].map(([words, names]) => page.clean(`Reader ${reader}, ${namesOf(names)}: ${words}`));
}

function namesOf(names: readonly string[]): string {
  return names.length > 3 ? quantity(names.length, 'namespace') : names.join(', ');
}

/** Rules that went, and counters that are left out. */
export function printLeft(
  gone: readonly GoneCounter[],
  left: { readonly same: number; readonly filtered: number },
  page: Page,
): readonly string[] {
  return [
    ...gone.map(({ namespace, family, table, chain, text }) =>
      page.clean(`Gone, with what it counted since the last call: ${namespace}/${family}/${table}/${chain}  ${text}`),
    ),
    ...(left.same > 0 ? [`${quantity(left.same, 'counter')} counted nothing.`] : []),
    ...(left.filtered > 0 ? [`${quantity(left.filtered, 'counter')} counted, and the filters leave them out.`] : []),
  ];
}
