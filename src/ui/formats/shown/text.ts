import type { NumberedGeneration } from '../../../core/generation/types.ts';
import { shownBefore, shownSetsBefore, withoutBefore } from '../../../core/generation-zero/shown-before.ts';
import type { BeforeFw } from '../../../core/generation-zero/types.ts';
import { setsOfGeneration, shownOfGeneration } from '../../../core/report/shown/of-generation.ts';
import type { ShownChain, ShownSet, ShownTable } from '../../../core/report/shown/types.ts';
import { namespaceLabel } from '../../../core/rules/namespace-label.ts';
import { cleanText } from '../../text/clean-text.ts';
import { packets } from '../../text/counters-text.ts';
import { localTime } from '../../text/local-time.ts';
import { quantity } from '../../text/quantity.ts';

/** Entries of a set that are shown to people; `--format restore` and `--json` have all of them. */
const SHOWN_ENTRIES = 20;

/** Tables and sets as `fw show` has them, for people: rules with their positions, where they come from and what they carried. */
export function printShownText(shown: readonly ShownTable[], sets: readonly ShownSet[] = []): string {
  if (shown.length + sets.length === 0) return 'No rules.\n';
  const tables = shown.map(({ namespace, backend, family, table, state, chains }) => {
    const of = state === undefined ? '' : `  state ${clean(state)}`;
    const title = `${clean(namespaceLabel(namespace))}  ${family} ${table}  (${backend})${of}`;
    return [title, ...chains.flatMap(printChain), ''].join('\n');
  });
  return [...tables, ...sets.map(printSet)].join('\n');
}

function printSet({ namespace, name, header, entries }: ShownSet): string {
  const shown = entries?.slice(0, SHOWN_ENTRIES) ?? [];
  const more = (entries?.length ?? 0) - shown.length;
  const size = entries === undefined ? 'entries of others' : quantity(entries.length, 'entry', 'entries');
  return [
    `${clean(namespaceLabel(namespace))}  set ${clean(name)}  ${clean(header)}  (${size})`,
    ...shown.map((entry) => `    ${clean(entry)}`),
    ...(more > 0 ? [`    ... and ${more} more`] : []),
    '',
  ].join('\n');
}

function printChain({ name, policy, rules }: ShownChain): readonly string[] {
  const width = String(rules.length).length;
  return [
    `  ${clean(name)}${policy === undefined ? '' : `  policy ${policy}`}`,
    ...rules.map(({ text, origin, counters }, index) => {
      const remarks = [
        ...(origin === undefined ? [] : [clean(origin)]),
        ...(counters === undefined ? [] : [packets(counters)]),
      ];
      return `    ${String(index + 1).padStart(width)}  ${clean(text)}${remarks.length === 0 ? '' : `   ${remarks.join('   ')}`}`;
    }),
  ];
}

function clean(text: string): string {
  return cleanText(text, true);
}

/** Generation 0 for people: what was there, what was not, and what is not known. */
export function printBeforeText(record: BeforeFw): string {
  const [shown, sets] = [shownBefore(record), shownSetsBefore(record)];
  const { absent, unknown } = withoutBefore(record);
  return [
    'Generation 0: what was live before fw first wrote there.\n\n',
    shown.length + sets.length === 0 ? '' : `${printShownText(shown, sets)}\n`,
    ...listOf('Did not exist:', absent),
    ...listOf('Not known, because an older fw wrote there first:', unknown),
  ].join('');
}

function listOf(title: string, addresses: readonly string[]): readonly string[] {
  return addresses.length === 0 ? [] : [`${title}\n`, ...addresses.map((one) => `    ${cleanText(one, true)}\n`)];
}

/** A generation for people: which one it is, and what it declares. */
export function printGenerationText({ number, generation }: NumberedGeneration): string {
  const { at, operator, state } = generation;
  const title = cleanText(`Generation ${number}, applied ${localTime(at)} by ${operator} from ${state}.`, true);
  return `${title}\n\n${printShownText(shownOfGeneration(generation), setsOfGeneration(generation))}`;
}
