import type { Family } from '../../rules/types.ts';
import { Diagram } from '../diagram/diagram.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import { CT_STATES, type FieldName, type LinkName } from '../types/condition.ts';
import { Codes, LINKS, LinkCodes, type Spans } from './codes.ts';
import type { Seen } from './seen.ts';

export type PlaceName = FieldName | LinkName;

/** Interfaces on top, what has few values and ports behind, then addresses: measured to need the fewest nodes. Questions come last of all. */
const ORDER: readonly PlaceName[] = [
  ...LINKS,
  ...(['protocol', 'state', 'laterFragment', 'destinationPort', 'sourcePort', 'icmp', 'tcpFlags'] as const),
  ...(['destination', 'source', 'mac', 'mark', 'connectionMark'] as const),
];

/** Where a field has its variables, the highest bit first. */
export type Place = {
  readonly name: PlaceName;
  readonly index: number;
  readonly first: number;
  readonly bits: number;
  /** Absent where the bits are those of the value itself. */
  readonly codes?: Codes | LinkCodes;
};

/** An answer that is open: to the question with this key, or which value of several NAT takes. */
export type Dynamic = {
  readonly key: string;
  readonly text: string;
  readonly first: number;
  readonly bits: number;
  readonly codes?: Codes;
};

/** The variables of all packets that some rules can tell apart, and the diagrams over them. */
export class Space {
  readonly diagram = new Diagram();
  readonly family: Family;
  readonly places: readonly Place[];
  private readonly byName: ReadonlyMap<PlaceName, Place>;
  private readonly dynamics = new Map<string, Dynamic>();
  private readonly placeOfVariable: Place[] = [];
  private readonly dynamicOfVariable: Dynamic[] = [];
  private readonly namedForgettings = new Map<string, number>();
  private next = 0;

  constructor(family: Family, seen: Seen) {
    this.family = family;
    this.places = ORDER.map((name, index) => this.lay(name, index, seen));
    this.byName = new Map(this.places.map((place) => [place.name, place]));
  }

  place(name: PlaceName): Place {
    const place = this.byName.get(name);
    if (place === undefined) throw new Error(`no field ${name}`);
    return place;
  }

  placeOf(variable: number): Place | undefined {
    return this.placeOfVariable[variable];
  }

  dynamicOf(variable: number): Dynamic | undefined {
    return this.dynamicOfVariable[variable - this.fieldVariables];
  }

  /** Variables from here on are no fields: questions and free values. */
  get fieldVariables(): number {
    return this.placeOfVariable.length;
  }

  /** For `forget`: all but one field. */
  onlyField(place: Place): number {
    const last = place.first + place.bits;
    return this.forgetting(`only ${place.name}`, (variable) => variable < place.first || variable >= last, last - 1);
  }

  /** For `forget`: all but one answer. */
  onlyDynamic({ first, bits }: Dynamic): number {
    const last = first + bits;
    return this.forgetting(`only ${first}`, (variable) => variable < first || variable >= last, last - 1);
  }

  /** For `forget`: these fields. */
  fields(names: readonly PlaceName[]): number {
    return this.forgetting(names.join(), (variable) => {
      const place = this.placeOf(variable);
      return place !== undefined && names.includes(place.name);
    });
  }

  /** For `forget`: all that is no field. */
  answers(): number {
    return this.forgetting('answers', (variable) => variable >= this.fieldVariables);
  }

  codes(name: FieldName): Codes | undefined {
    const { codes } = this.place(name);
    return codes instanceof Codes ? codes : undefined;
  }

  links(name: LinkName): LinkCodes {
    const { codes } = this.place(name);
    if (codes instanceof LinkCodes) return codes;
    throw new Error(`${name} is no interface`);
  }

  /** The answer to a question. */
  question(key: string, text: string, from = key): number {
    const dynamic = this.dynamics.get(key) ?? this.allot(key, { key: from, text, bits: 1 });
    return this.diagram.make(dynamic.first, FALSE, TRUE);
  }

  /** A value that the rules do not tell, over the codes of a field. */
  free(key: string, text: string, codes: Codes): Dynamic {
    return this.dynamics.get(key) ?? this.allot(key, { key, text, bits: codes.bits, codes });
  }

  /** `inside` where the code of the place is in the spans, `outside` elsewhere. Both ask later variables only. */
  among(place: Pick<Place, 'first' | 'bits'>, count: number, spans: Spans, inside: number, outside: number): number {
    const top = 2 ** place.bits - 1;
    const full = spans.at(-1) === count - 1 ? [...spans.slice(0, -1), top] : spans;
    return this.split(place.first, place.bits, full, 0, full.length, 0, inside, outside);
  }

  /** Fragments behind the first. */
  laterFragments(): number {
    return this.among(this.place('laterFragment'), 2, [1, 1], TRUE, FALSE);
  }

  /** Packets that conntrack calls so. */
  state(name: (typeof CT_STATES)[number]): number {
    const code = CT_STATES.indexOf(name);
    return this.among(this.place('state'), CT_STATES.length, [code, code], TRUE, FALSE);
  }

  /** The bit of a field whose bits are its variables; 0 is the lowest. */
  bit(name: PlaceName, number: number): number {
    const { first, bits } = this.place(name);
    return first + bits - 1 - number;
  }

  /** Packets whose field has this value under the mask. Only for fields without codes. */
  masked(name: FieldName, mask: bigint, value: bigint): number {
    const { bits } = this.place(name);
    let node: number = TRUE;
    for (let number = 0; number < bits; number += 1) {
      if (((mask >> BigInt(number)) & 1n) === 0n) continue;
      const isSet = ((value >> BigInt(number)) & 1n) === 1n;
      const variable = this.bit(name, number);
      node = isSet ? this.diagram.make(variable, FALSE, node) : this.diagram.make(variable, node, FALSE);
    }
    return node;
  }

  /** `first <= value <= last`, for fields without codes. */
  between(name: FieldName, first: bigint, last: bigint): number {
    const { bits } = this.place(name);
    const { diagram } = this;
    let above: number = TRUE;
    let below: number = TRUE;
    for (let number = 0; number < bits; number += 1) {
      const variable = this.bit(name, number);
      above =
        (first >> BigInt(number)) & 1n ? diagram.make(variable, FALSE, above) : diagram.make(variable, above, TRUE);
      below =
        (last >> BigInt(number)) & 1n ? diagram.make(variable, TRUE, below) : diagram.make(variable, below, FALSE);
    }
    return diagram.and(above, below);
  }

  private forgetting(key: string, isForgotten: (variable: number) => boolean, lastKept?: number): number {
    const found = this.namedForgettings.get(key);
    if (found !== undefined) return found;
    const named = this.diagram.forgetting(isForgotten, lastKept);
    this.namedForgettings.set(key, named);
    return named;
  }

  private split(
    variable: number,
    bits: number,
    spans: Spans,
    from: number,
    to: number,
    base: number,
    inside: number,
    outside: number,
  ): number {
    if (from === to) return outside;
    const last = base + 2 ** bits - 1;
    if ((spans[from] as number) <= base && (spans[from + 1] as number) >= last) return inside;
    const half = base + 2 ** (bits - 1);
    let middle = from;
    while (middle < to && (spans[middle] as number) < half) middle += 2;
    const lowEnd = middle;
    const highStart = middle > from && (spans[middle - 1] as number) >= half ? middle - 2 : middle;
    const low = this.split(variable + 1, bits - 1, spans, from, lowEnd, base, inside, outside);
    const high = this.split(variable + 1, bits - 1, spans, highStart, to, half, inside, outside);
    return this.diagram.make(variable, low, high);
  }

  private lay(name: PlaceName, index: number, seen: Seen): Place {
    const link = LINKS.find((one) => one === name);
    const codes = link === undefined ? seen.codesOf(name as FieldName, this.family) : seen.linkCodesOf(link);
    const bits = codes?.bits ?? Number(seen.widthOf(name as FieldName, this.family));
    const place: Place = { name, index, first: this.next, bits, ...(codes === undefined ? {} : { codes }) };
    for (let bit = 0; bit < bits; bit += 1) this.placeOfVariable.push(place);
    this.next += bits;
    return place;
  }

  private allot(key: string, what: Omit<Dynamic, 'first'>): Dynamic {
    const dynamic = { ...what, first: this.next };
    for (let bit = 0; bit < what.bits; bit += 1) this.dynamicOfVariable.push(dynamic);
    this.next += what.bits;
    this.dynamics.set(key, dynamic);
    return dynamic;
  }
}
