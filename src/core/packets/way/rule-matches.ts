import { FALSE, TRUE } from '../diagram/node-table.ts';
import { Codes, common, inverted, joined, type Spans } from '../space/codes.ts';
import type { Place, Space } from '../space/space.ts';
import type { Condition, FieldName, Question, Range } from '../types/condition.ts';
import type { PacketRule } from '../types/rule.ts';
import { fixedOutput, fixedState, includes, markedSet } from './fixed-sets.ts';
import { readsOf } from './reads.ts';
import type { Rewritten } from './rewriting.ts';
import type { KnownRewriting } from './rewritings.ts';

/** A condition over one field, as codes. */
export type Part = { readonly place: Place; readonly count: number; readonly spans: Spans };

/** A rule, taken apart once for all packets and rewritings. */
export type PreparedRule = {
  readonly rule: PacketRule;
  /** Deepest field first, one for each. */
  readonly parts: readonly Part[];
  readonly rest: readonly Condition[];
  readonly reads: number;
  readonly questions: readonly Question[];
  readonly nodes: Map<number, number>;
};

/** The sets of packets that rules match, for packets as they came in and a rewriting that they went through. */
export class RuleMatches {
  readonly space: Space;
  /** Packets as no rule has touched them. */
  readonly untouched: KnownRewriting;
  private readonly isFirst: boolean;
  private readonly prepared: Map<PacketRule, PreparedRule>;
  /** Sets of rules that ask questions: what a question is depends on what the packet was at first. */
  private readonly own = new Map<PreparedRule, Map<number, number>>();

  constructor(space: Space, prepared: Map<PacketRule, PreparedRule>, untouched: KnownRewriting, isFirst: boolean) {
    this.space = space;
    this.prepared = prepared;
    this.untouched = untouched;
    this.isFirst = isFirst;
  }

  of(rule: PacketRule, rewriting: KnownRewriting): number {
    const known = this.prepare(rule);
    const part = known.reads === 0 ? -1 : rewriting.partOf(known.reads);
    const nodes = known.questions.length === 0 ? known.nodes : this.ownNodes(known);
    const found = nodes.get(part);
    if (found !== undefined) return found;
    const node = this.compile(known, rewriting);
    nodes.set(part, node);
    return node;
  }

  private ownNodes(rule: PreparedRule): Map<number, number> {
    const nodes = this.own.get(rule) ?? new Map<number, number>();
    this.own.set(rule, nodes);
    return nodes;
  }

  prepare(rule: PacketRule): PreparedRule {
    const found = this.prepared.get(rule);
    if (found !== undefined) return found;
    const parts = new Map<Place, Part>();
    const rest: Condition[] = [];
    for (const condition of rule.conditions) {
      const part = this.partOf(condition);
      if (part === undefined) rest.push(condition);
      else {
        const other = parts.get(part.place);
        parts.set(part.place, other === undefined ? part : { ...part, spans: common(part.spans, other.spans) });
      }
    }
    const questions: Question[] = [];
    const made: PreparedRule = {
      rule,
      parts: [...parts.values()].sort((a, b) => b.place.first - a.place.first),
      rest,
      reads: rule.conditions.reduce((bits, condition) => bits | readsOf(condition, questions), 0),
      questions,
      nodes: new Map(),
    };
    this.prepared.set(rule, made);
    return made;
  }

  /** A condition on one field, whose values have codes. */
  private partOf(condition: Condition): Part | undefined {
    const { space } = this;
    switch (condition.kind) {
      case 'not': {
        const part = this.partOf(condition.of);
        return part === undefined ? undefined : { ...part, spans: inverted(part.spans, part.count) };
      }
      case 'link': {
        const place = space.place(condition.link);
        const codes = space.links(condition.link);
        return { place, count: codes.count, spans: codes.spansOf(condition.name, condition.prefix) };
      }
      case 'masked':
      case 'ranges': {
        const codes = space.codes(condition.field);
        if (codes === undefined) return undefined;
        const spans = joined(rangesOf(condition, space).map(([from, to]) => [codes.codeOf(from), codes.codeOf(to)]));
        return { place: space.place(condition.field), count: codes.count, spans };
      }
      default:
        return undefined;
    }
  }

  private compile({ parts, rest }: PreparedRule, rewriting: KnownRewriting): number {
    const { diagram } = this.space;
    let node: number = TRUE;
    let free: number = TRUE;
    for (const part of parts) {
      const fixed = this.rewrittenPart(part, rewriting);
      if (fixed === undefined) node = this.space.among(part.place, part.count, part.spans, node, FALSE);
      else free = diagram.and(free, fixed);
      if (node === FALSE || free === FALSE) return FALSE;
    }
    node = diagram.and(node, free);
    for (const condition of rest) {
      if (node === FALSE) return FALSE;
      node = diagram.and(node, this.set(condition, rewriting));
    }
    return node;
  }

  /** The packets that meet a condition. */
  set(condition: Condition, rewriting: KnownRewriting): number {
    const { diagram } = this.space;
    const part = this.partOf(condition);
    if (part !== undefined) {
      return this.rewrittenPart(part, rewriting) ?? this.space.among(part.place, part.count, part.spans, TRUE, FALSE);
    }
    switch (condition.kind) {
      case 'always':
        return TRUE;
      case 'not':
        return diagram.not(this.set(condition.of, rewriting));
      case 'all':
        return condition.of.reduce((node, one) => diagram.and(node, this.set(one, rewriting)), TRUE as number);
      case 'any':
        return diagram.union(condition.of.map((one) => this.set(one, rewriting)));
      case 'masked':
        return this.masked(condition.field, condition.mask, condition.value, rewriting);
      case 'ranges':
        return this.between(condition.field, condition.ranges, rewriting);
      case 'question':
        return this.ask(condition, rewriting);
      case 'set':
        return this.space.question(condition.text, condition.text);
      default:
        return FALSE;
    }
  }

  /** Where the way fixed the field: TRUE, FALSE, or a choice of the kernel. */
  private rewrittenPart({ place, spans, count }: Part, { value }: KnownRewriting): number | undefined {
    if (place.name === 'state') return fixedState(spans, value.entry);
    if (place.name === 'output') return fixedOutput(this.space, spans, value.output);
    if (place.name !== 'destination' && place.name !== 'destinationPort') return undefined;
    const rewritten = value[place.name];
    if (rewritten === undefined || !(place.codes instanceof Codes)) return undefined;
    const first = place.codes.codeOf(rewritten.range[0]);
    const last = place.codes.codeOf(rewritten.range[1]);
    if (first === last) return includes(spans, first) ? TRUE : FALSE;
    const within = common(spans, [first, last]).map((code) => code - first);
    if (within.length === 0) return FALSE;
    const range = new Codes(
      Array.from({ length: last - first }, (_, at) => BigInt(at + 1)),
      BigInt(Math.min(count, last - first + 1) - 1),
    );
    const pick = this.space.free(`${place.name} ${rewritten.pick}`, rewritten.pick, range);
    return this.space.among(pick, range.count, within, TRUE, FALSE);
  }

  private masked(field: FieldName, mask: bigint, value: bigint, rewriting: KnownRewriting): number {
    if (field === 'mark' || field === 'connectionMark')
      return markedSet(this.space, rewriting.value[field], mask, value);
    const rewritten = field === 'destination' ? rewriting.value.destination : undefined;
    if (rewritten === undefined) return this.space.masked(field, mask, value);
    return this.picked(rewritten, (fixed) => (fixed & mask) === value, `& ${mask} = ${value}`);
  }

  private between(field: FieldName, ranges: readonly Range[], rewriting: KnownRewriting): number {
    const rewritten = field === 'destination' ? rewriting.value.destination : undefined;
    if (rewritten !== undefined) {
      const isIn = (fixed: bigint) => ranges.some(([first, last]) => first <= fixed && fixed <= last);
      return this.picked(rewritten, isIn, ranges.join(' '));
    }
    return this.space.diagram.union(ranges.map(([first, last]) => this.space.between(field, first, last)));
  }

  private picked({ range, pick }: Rewritten, test: (value: bigint) => boolean, what: string): number {
    if (range[0] === range[1]) return test(range[0]) ? TRUE : FALSE;
    return this.space.question(`${pick} ${what}`, pick);
  }

  private ask(question: Question, rewriting: KnownRewriting): number {
    const { translated, first } = question;
    if (this.isFirst && first !== undefined) return this.set(first, this.untouched);
    if (this.isFirst && translated !== undefined) return this.translatedSet(translated, rewriting);
    const reads = readsOf(question, []);
    const part = rewriting.partOf(reads);
    const key = part === this.untouched.partOf(reads) ? question.key : `${question.key} @${part}`;
    return this.space.question(key, question.text, question.key);
  }

  /** A destination that is written over with itself counts as not translated. The source is translated behind all that asks. */
  private translatedSet(what: 'source' | 'destination', { value }: KnownRewriting): number {
    const { diagram } = this.space;
    if (what === 'source') return FALSE;
    const same = (['destination', 'destinationPort'] as const).map((field) => {
      const rewritten = value[field];
      if (rewritten === undefined) return TRUE;
      const [first, last] = rewritten.range;
      if (first !== last) return this.space.question(`${field} ${rewritten.pick} is as it came in`, rewritten.pick);
      const is = { kind: 'ranges', field, ranges: [[first, first]] } as const;
      return this.set(is, this.untouched);
    });
    return diagram.not(same.reduce((node, one) => diagram.and(node, one), TRUE as number));
  }
}

function rangesOf(condition: Extract<Condition, { kind: 'masked' | 'ranges' }>, space: Space): readonly Range[] {
  if (condition.kind === 'ranges') return condition.ranges;
  const codes = space.codes(condition.field);
  const all = codes === undefined ? 0n : codes.lastOf(codes.count - 1);
  return [[condition.value, condition.value | (all & ~condition.mask)]];
}
