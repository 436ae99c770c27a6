import type { Diagram } from '../diagram/diagram.ts';
import { FALSE } from '../diagram/node-table.ts';
import type { Outcome } from '../types/traffic.ts';
import { markKey, rewrittenKey } from './rewriting.ts';
import type { KnownRewriting } from './rewritings.ts';

export type Verdict = Omit<Outcome, 'by' | 'others'>;

/** What became of packets: as people tell it, and with all that leaves with them. */
export type Fate = {
  readonly key: string;
  readonly wholeKey: string;
  readonly verdict: Verdict;
  /** What targets wrote over, by what they write: TTL, DSCP. */
  readonly rewritten: Readonly<Record<string, string>>;
};

/** A packet that passed all tables. */
export function passed({ value }: KnownRewriting): Fate {
  const { to, from, handed } = value;
  const verdict: Verdict = {
    verdict: handed.length === 0 ? 'accept' : 'queue',
    ...(handed.length === 0 ? {} : { detail: handed.join(', ') }),
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
  };
  const key = JSON.stringify([verdict, rewrittenKey(value.destination), rewrittenKey(value.destinationPort)]);
  const marks = `${markKey(value.mark)} ${markKey(value.connectionMark)} ${value.entry ?? ''}`;
  const others = JSON.stringify([Object.entries(value.others).sort(), value.filled]);
  return { key, wholeKey: `${key} ${marks} ${others}`, verdict, rewritten: value.others };
}

/** A packet that a rule or policy ended. */
export function stopped(
  kind: 'drop' | 'reject' | 'unknown',
  detail: string | undefined,
  { value, key }: KnownRewriting,
): Fate {
  const verdict: Verdict = { verdict: kind, ...(detail === undefined ? {} : { detail }) };
  // What an unknown target gets may matter to it.
  const own = JSON.stringify(kind === 'unknown' ? [verdict, key] : [verdict]);
  return {
    key: own,
    wholeKey: `${own} ${value.filled.join(';')} ${value.handed.join(';')}`,
    verdict,
    rewritten: value.others,
  };
}

/** The packets of each fate. */
export class Fates {
  private readonly diagram: Diagram;
  private readonly sets = new Map<string, { readonly fate: Fate; set: number }>();

  constructor(diagram: Diagram) {
    this.diagram = diagram;
  }

  add(fate: Fate, set: number): void {
    if (set === FALSE) return;
    const found = this.sets.get(fate.wholeKey);
    if (found === undefined) this.sets.set(fate.wholeKey, { fate, set });
    else found.set = this.diagram.or(found.set, set);
  }

  entries(): readonly { readonly fate: Fate; readonly set: number }[] {
    return [...this.sets.values()];
  }

  /** By fates as people tell them, or by all that leaves with the packet. */
  by(whole: boolean): ReadonlyMap<string, number> {
    const sets = new Map<string, number>();
    for (const { fate, set } of this.sets.values()) {
      const key = whole ? fate.wholeKey : fate.key;
      sets.set(key, this.diagram.or(sets.get(key) ?? FALSE, set));
    }
    return sets;
  }
}

/** The packets whose fate differs. */
export function difference(diagram: Diagram, before: Fates, after: Fates, whole: boolean): number {
  const [was, will] = [before.by(whole), after.by(whole)];
  const parts = [...was].map(([key, set]) => diagram.minus(set, will.get(key) ?? FALSE));
  return diagram.union([...parts, ...[...will].map(([key, set]) => diagram.minus(set, was.get(key) ?? FALSE))]);
}
