import { FALSE, TRUE } from '../diagram/node-table.ts';
import type { SideChain, SideRule } from '../side/side.ts';
import { Seen } from '../space/seen.ts';
import { Space } from '../space/space.ts';
import type { FieldName } from '../types/condition.ts';
import type { Firewall } from '../types/firewall.ts';
import { NOTHING_WRITTEN } from '../way/rewriting.ts';
import { Rewritings } from '../way/rewritings.ts';
import { RuleMatches } from '../way/rule-matches.ts';

/** What a chain may write into packets that come back from it. `unknown`: anything. */
export type Written = { readonly fields: readonly FieldName[]; readonly unknown: boolean };

const NOTHING: Written = { fields: [], unknown: false };

/** The packets that the rules of one table ask for, as they are when they come to the rule. An open question may have any answer. */
export class TableSets {
  readonly space: Space;
  private readonly matches: RuleMatches;
  private readonly writing = new Map<SideChain, Written>();

  constructor(family: Firewall['family'], chains: Iterable<SideChain>) {
    const seen = new Seen();
    for (const { rules } of chains) {
      for (const { rule } of rules) for (const condition of rule.conditions) seen.add(condition, family);
    }
    this.space = new Space(family, seen);
    // A rule reads what is in the packet by then, so nothing counts as written on the way.
    this.matches = new RuleMatches(this.space, new Map(), new Rewritings().known(NOTHING_WRITTEN), false);
  }

  /** The packets that meet the rule for some answers. */
  most({ rule }: SideRule): number {
    return this.space.diagram.forget(this.matches.of(rule, this.matches.untouched), this.space.answers());
  }

  /** The packets that meet the rule whatever the answers are. */
  least({ rule }: SideRule): number {
    const { diagram } = this.space;
    const met = this.matches.of(rule, this.matches.untouched);
    if (this.matches.prepare(rule).questions.length === 0) return met;
    return diagram.not(diagram.forget(diagram.not(met), this.space.answers()));
  }

  isOpen({ rule }: SideRule): boolean {
    return this.matches.prepare(rule).questions.length > 0;
  }

  questionsOf({ rule }: SideRule) {
    return this.matches.prepare(rule).questions;
  }

  /** The set, of which packets have been written. */
  afterWriting(set: number, { fields, unknown }: Written): number {
    if (set === FALSE) return FALSE;
    if (unknown) return TRUE;
    return fields.length === 0 ? set : this.space.diagram.forget(set, this.space.fields(fields));
  }

  /** Of the set, what it holds for all values of what has been written. */
  despiteWriting(set: number, written: Written): number {
    const { diagram } = this.space;
    return diagram.not(this.afterWriting(diagram.not(set), written));
  }

  writtenBy({ rule: { action }, to }: SideRule): Written {
    switch (action.kind) {
      case 'mark':
      case 'restore-mark':
        return { fields: ['mark'], unknown: false };
      case 'connection-mark':
      case 'save-mark':
        return { fields: ['connectionMark'], unknown: false };
      // CT also gives a packet a template, with which it is no longer INVALID to the rules of raw.
      case 'untrack':
      case 'rewrite':
        return { fields: ['state'], unknown: false };
      case 'jump':
      case 'goto':
        return to === undefined ? { fields: [], unknown: true } : this.writtenIn(to);
      case 'unknown':
        return { fields: [], unknown: true };
      default:
        return NOTHING;
    }
  }

  private writtenIn(chain: SideChain): Written {
    const known = this.writing.get(chain);
    if (known !== undefined) return known;
    // Where chains call each other in a circle nothing is known.
    this.writing.set(chain, { fields: [], unknown: true });
    const written = together(chain.rules.map((rule) => this.writtenBy(rule)));
    this.writing.set(chain, written);
    return written;
  }
}

export function together(all: readonly Written[]): Written {
  return {
    fields: [...new Set(all.flatMap(({ fields }) => fields))].sort(),
    unknown: all.some(({ unknown }) => unknown),
  };
}

export function writesNothing({ fields, unknown }: Written): boolean {
  return fields.length === 0 && !unknown;
}
