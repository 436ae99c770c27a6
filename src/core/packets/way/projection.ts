import type { Diagram } from '../diagram/diagram.ts';
import { FALSE } from '../diagram/node-table.ts';
import type { Spans } from '../space/codes.ts';
import type { Place, Space } from '../space/space.ts';
import type { KnownRewriting } from './rewritings.ts';
import type { PreparedRule } from './rule-matches.ts';

/** Which codes each field can have in a set, each field for itself: rules that ask for others cannot match, and need no diagram. */
export class Projection {
  private readonly space: Space;
  private readonly set: number;
  /** For each place the number of codes below each code that occur. */
  private readonly occurring: (Int32Array | undefined)[] = [];

  constructor(space: Space, set: number) {
    this.space = space;
    this.set = set;
  }

  mayMatch({ parts }: PreparedRule, { value }: KnownRewriting): boolean {
    for (const { place, count, spans } of parts) {
      if (place.name === 'state' && value.entry !== undefined) continue;
      const { name } = place;
      if ((name === 'destination' || name === 'destinationPort' || name === 'output') && value[name] !== undefined)
        continue;
      if (!this.occursIn(place, count, spans)) return false;
    }
    return true;
  }

  private occursIn(place: Place, count: number, spans: Spans): boolean {
    let sums = this.occurring[place.index];
    if (sums === undefined) {
      sums = this.sumsOf(place, count);
      this.occurring[place.index] = sums;
    }
    for (let at = 0; at < spans.length; at += 2) {
      if ((sums[(spans[at + 1] as number) + 1] as number) > (sums[spans[at] as number] as number)) return true;
    }
    return false;
  }

  private sumsOf(place: Place, count: number): Int32Array {
    const sums = new Int32Array(count + 1);
    const end = place.first + place.bits;
    const { diagram } = this.space;
    const named = this.space.onlyField(place);
    markCodes(diagram, diagram.forget(this.set, named), place.first, end, 0, count, sums);
    for (let code = 0; code < count; code += 1) sums[code + 1] = (sums[code + 1] as number) + (sums[code] as number);
    return sums;
  }
}

/** Marks at `code + 1` each code that is in the set of a single field. What is above the last code stands for it. */
function markCodes(
  diagram: Diagram,
  node: number,
  variable: number,
  end: number,
  code: number,
  count: number,
  marks: Int32Array,
): void {
  if (node === FALSE) return;
  if (diagram.isTerminal(node)) {
    const size = 2 ** (end - variable);
    marks.fill(1, Math.min(code, count - 1) + 1, Math.min(code + size, count) + 1);
    return;
  }
  const asked = diagram.variableOf(node) === variable;
  const half = 2 ** (end - variable - 1);
  markCodes(diagram, asked ? diagram.lowOf(node) : node, variable + 1, end, code, count, marks);
  markCodes(diagram, asked ? diagram.highOf(node) : node, variable + 1, end, code + half, count, marks);
}
