import type { Subject } from '../../app/query/read-subject.ts';
import { heldBefore, heldSetsBefore } from '../../core/before/shown-before.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { heldByGeneration } from '../../core/report/shown/of-generation.ts';
import { setsOfGeneration } from '../../core/report/shown/sets-of-generation.ts';
import type { HeldSet, HeldTable } from '../../core/report/shown/types.ts';
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
      return format.generation?.(subject.numbered) ?? format.held?.(...heldOf(subject));
    case 'before':
      return format.before?.(subject.record) ?? format.held?.(...heldOf(subject));
    case 'live':
      return format.live?.(subject.held, options) ?? format.held?.(...heldOf(subject));
    case 'receipt':
      return format.receipt?.(subject.receipt);
    default:
      return subject satisfies never;
  }
}

type Held = Extract<Subject, { kind: 'generation' | 'before' | 'live' }>;

function heldOf(subject: Held): readonly [readonly HeldTable[], readonly HeldSet[]] {
  if (subject.kind === 'before') return [heldBefore(subject.record), heldSetsBefore(subject.record)];
  if (subject.kind === 'live') return [subject.held, []];
  const { generation } = subject.numbered;
  return [heldByGeneration(generation), setsOfGeneration(generation)];
}

/** Formats that show tables and sets in one way come first. */
function namesFor(kind: Subject['kind']): readonly FormatName[] {
  const all: readonly Format<FormatName>[] = FORMATS;
  if (kind === 'plan' || kind === 'receipt') return all.flatMap((one) => (one[kind] === undefined ? [] : [one.name]));
  const common = all.filter(({ held }) => held !== undefined);
  const own = all.filter((one) => one.held === undefined && one[kind] !== undefined);
  return [...common, ...own].map((one) => one.name);
}
