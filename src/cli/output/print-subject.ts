import type { Subject } from '../../app/query/read-subject.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { shownBefore, shownSetsBefore } from '../../core/generation-zero/shown-before.ts';
import { setsOfGeneration, shownOfGeneration } from '../../core/report/shown/of-generation.ts';
import type { ShownSet, ShownTable } from '../../core/report/shown/types.ts';
import { FORMATS, type Format, type FormatName, type FormatOptions } from '../../ui/formats/registry.ts';

export const FORMAT_NAMES: readonly FormatName[] = FORMATS.map(({ name }) => name);

const WHAT: Readonly<Record<Subject['kind'], string>> = {
  plan: 'a plan',
  generation: 'a generation',
  before: 'generation 0',
  live: 'live rules',
  receipt: 'a receipt',
};

/** What is shown as text in a format. Throws `usage` for a format that has nothing to say about it. The text of a plan is the screen's. */
export function printSubject(subject: Subject, name: FormatName, options: FormatOptions): string {
  const format = FORMATS.find((one) => one.name === name);
  const printed = format === undefined ? undefined : print(format, subject, options);
  if (printed !== undefined) return printed;
  throw new FwError('usage', `${WHAT[subject.kind]} cannot be shown as ${name}`, {
    next: `Choose one of ${namesFor(subject.kind).join(', ')}.`,
  });
}

function print(format: Format<FormatName>, subject: Subject, options: FormatOptions): string | undefined {
  switch (subject.kind) {
    case 'plan':
      return format.plan?.(subject.report, options);
    case 'generation':
      return format.generation?.(subject.numbered) ?? format.shown?.(...shownOf(subject));
    case 'before':
      return format.before?.(subject.record) ?? format.shown?.(...shownOf(subject));
    case 'live':
      return format.live?.(subject.shown, options) ?? format.shown?.(...shownOf(subject));
    case 'receipt':
      return format.receipt?.(subject.receipt);
    default:
      return subject satisfies never;
  }
}

type LockedFile = Extract<Subject, { kind: 'generation' | 'before' | 'live' }>;

function shownOf(subject: LockedFile): readonly [readonly ShownTable[], readonly ShownSet[]] {
  if (subject.kind === 'before') return [shownBefore(subject.record), shownSetsBefore(subject.record)];
  if (subject.kind === 'live') return [subject.shown, []];
  const { generation } = subject.numbered;
  return [shownOfGeneration(generation), setsOfGeneration(generation)];
}

/** Formats that show tables and sets in one way come first. */
function namesFor(kind: Subject['kind']): readonly FormatName[] {
  const all: readonly Format<FormatName>[] = FORMATS;
  if (kind === 'plan' || kind === 'receipt') return all.flatMap((one) => (one[kind] === undefined ? [] : [one.name]));
  const common = all.filter(({ shown }) => shown !== undefined);
  const own = all.filter((one) => one.shown === undefined && one[kind] !== undefined);
  return [...common, ...own].map((one) => one.name);
}
