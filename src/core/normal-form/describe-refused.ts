import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Sources, Span } from '../diagnostics/span.ts';
import type { Backend, Family } from '../rules/types.ts';
import { type Refused, remedyOf } from './remedy.ts';

const QUOTED = /[`'"]([^`'"\n]+)['"]/g;

/** A written rule that iptables or the kernel did not take, and why. */
export type RefusedRule = {
  readonly backend: Backend;
  readonly family: Family;
  readonly span: Span;
  readonly output: string;
  /** What the rule was and where, for a remedy. */
  readonly rule?: Omit<Refused, 'output'>;
};

/**
 * One diagnostic for each mistake: a rule that both families refuse in the same words is one. `isWanted` tells whether the rule that was
 * written in a place goes to a family, `rivalOf` where another rule stands that a refused one cannot be with.
 */
export function describeRefused(
  refused: readonly RefusedRule[],
  isWanted: (family: Family, span: Span) => boolean,
  sources: Sources,
  rivalOf: (rule: RefusedRule) => Span | undefined = () => undefined,
): readonly Diagnostic[] {
  const mistakes = new Map<string, RefusedRule[]>();
  for (const rule of refused) {
    const key = `${rule.backend} ${spanKey(rule.span)} ${rule.output}`;
    mistakes.set(key, [...(mistakes.get(key) ?? []).filter(({ family }) => family !== rule.family), rule]);
  }
  const places = new Set(refused.map(({ family, span }) => `${family} ${spanKey(span)}`));
  return [...mistakes.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { backend, family, span, output } = first;
    const other: Family = family === 'ipv4' ? 'ipv6' : 'ipv4';
    const rival = rivalOf(first);
    const isTaken = isWanted(other, span) && !places.has(`${other} ${spanKey(span)}`);
    return [
      {
        severity: 'error',
        code: 'kernel.rejected',
        message: `iptables refuses this rule (${same.map((rule) => rule.family).join(' and ')}, ${backend})`,
        span: narrowSpan(span, output, sources),
        ...(rival === undefined ? {} : { related: [{ message: 'the other one of that name', span: rival }] }),
        output,
        ...hintOf(first, isTaken ? other : undefined, sources),
      },
    ];
  });
}

function hintOf(
  { output, span, rule }: RefusedRule,
  taken: Family | undefined,
  sources: Sources,
): { readonly hint?: string } {
  if (taken !== undefined) {
    return { hint: `It is fine for ${taken}: if it is meant for that alone, say so with family: ${taken}.` };
  }
  const remedy = rule === undefined ? undefined : remedyOf({ output, ...rule });
  const cut =
    /\.ya?ml$/.test(span.file) && /^\s*,/.test(sources.get(span.file)?.slice(span.end) ?? '') && isCut(output);
  const comma = cut ? 'Between brackets a comma ends the rule: put the whole rule in quotes.' : undefined;
  const hint = comma ?? remedy;
  return hint === undefined ? {} : { hint };
}

/** Words of iptables about a rule that ends too early. */
function isCut(output: string): boolean {
  return /requires (?:an argument|two args)|needs? (?:a|an|its) |requires|unexpected end/.test(output);
}

/** Identifies a rule by its place, and by the uses and values that made it. */
export function spanKey({ file, start, end, expanded }: Span): string {
  const place = `${file}:${start}:${end}`;
  if (expanded === undefined) return place;
  return [place, ...expanded.calls.map(spanKey), ...expanded.values.map(({ span }) => spanKey(span))].join(' ');
}

/**
 * The word of a rule that a refusal is about: a message that quotes a word which stands once in the rule points at it,
 * any other at the whole rule. iptables quotes as in `invalid port/service `70000' specified`.
 */
function narrowSpan(span: Span, output: string, sources: Sources): Span {
  const written = sources.get(span.file)?.slice(span.start, span.end) ?? '';
  for (const match of output.matchAll(QUOTED)) {
    const word = match[1] ?? '';
    const at = written.indexOf(word);
    if (at >= 0 && written.indexOf(word, at + 1) < 0)
      return { ...span, start: span.start + at, end: span.start + at + word.length };
  }
  return span;
}
