import type { Family } from '../../rules/types.ts';
import { WIDTH } from '../address.ts';
import { type Condition, CT_STATES, type FieldName, type LinkName } from '../types/condition.ts';
import { Codes, LINKS, LinkCodes } from './codes.ts';

/** Fields whose bits rules ask one by one. */
const BITWISE: ReadonlySet<FieldName> = new Set(['tcpFlags', 'mark', 'connectionMark']);

const WIDTHS: Readonly<Record<FieldName, bigint>> = {
  source: 0n,
  destination: 0n,
  mac: 48n,
  protocol: 8n,
  sourcePort: 16n,
  destinationPort: 16n,
  icmp: 16n,
  tcpFlags: 6n,
  state: 3n,
  laterFragment: 1n,
  mark: 32n,
  connectionMark: 32n,
};

/** What the rules of both sides ask, collected before any variable is laid. */
export class Seen {
  private readonly firsts = new Map<FieldName, Set<bigint>>();
  private readonly withHoles = new Set<FieldName>();
  private readonly names = new Map<LinkName, Set<string>>(LINKS.map((link) => [link, new Set()]));
  private readonly prefixes = new Map<LinkName, Set<string>>(LINKS.map((link) => [link, new Set()]));

  add(condition: Condition, family: Family): void {
    switch (condition.kind) {
      case 'ranges':
        for (const [first, last] of condition.ranges) this.addRange(condition.field, first, last);
        return;
      case 'masked': {
        const free = ((1n << this.widthOf(condition.field, family)) - 1n) & ~condition.mask;
        if (BITWISE.has(condition.field)) return;
        if ((free & (free + 1n)) === 0n) this.addRange(condition.field, condition.value, condition.value | free);
        else this.withHoles.add(condition.field);
        return;
      }
      case 'link':
        (condition.prefix ? this.prefixes : this.names).get(condition.link)?.add(condition.name);
        return;
      case 'not':
        this.add(condition.of, family);
        return;
      case 'all':
      case 'any':
        for (const one of condition.of) this.add(one, family);
        return;
      case 'question':
        if (condition.first !== undefined) this.add(condition.first, family);
    }
  }

  addRange(field: FieldName, first: bigint, last: bigint): void {
    if (BITWISE.has(field)) return;
    let firsts = this.firsts.get(field);
    if (firsts === undefined) {
      firsts = new Set();
      this.firsts.set(field, firsts);
    }
    firsts.add(first);
    firsts.add(last + 1n);
  }

  widthOf(field: FieldName, family: Family): bigint {
    return field === 'source' || field === 'destination' ? WIDTH[family] : WIDTHS[field];
  }

  codesOf(field: FieldName, family: Family): Codes | undefined {
    if (BITWISE.has(field) || this.withHoles.has(field)) return undefined;
    const firsts = field === 'state' ? CT_STATES.map((_, index) => BigInt(index)) : (this.firsts.get(field) ?? []);
    const last = field === 'state' ? BigInt(CT_STATES.length - 1) : (1n << this.widthOf(field, family)) - 1n;
    return new Codes(firsts, last);
  }

  linkCodesOf(link: LinkName): LinkCodes {
    return new LinkCodes(this.names.get(link) ?? [], this.prefixes.get(link) ?? []);
  }
}
