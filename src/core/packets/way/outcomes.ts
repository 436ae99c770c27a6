import type { Diagram } from '../diagram/diagram.ts';
import { FALSE } from '../diagram/node-table.ts';
import type { Outcome } from '../types/traffic.ts';
import { markKey, type Rewriting, rewrittenKey } from './rewriting.ts';
import type { KnownRewriting } from './rewritings.ts';

export type Verdict = Omit<Outcome, 'by' | 'others'>;

/** What became of packets: as people tell it, and with all that leaves with them. */
export type Fate = {
  readonly key: string;
  readonly wholeKey: string;
  readonly verdict: Verdict;
  /** What targets wrote over, by what they write: TTL, DSCP. */
  readonly rewritten: Readonly<Record<string, string>>;
  readonly left: Left;
  /** Where a packet that passes goes, if that is not where it was sent to. */
  readonly sentTo?: SentTo;
};

export type SentTo = Pick<Rewriting, 'destination' | 'destinationPort' | 'output'>;

/** What a packet leaves behind for others, as keys: equal keys, equal remains. */
export type Left = {
  /** On its connection; a packet of a connection that runs leaves it even where it is dropped. */
  readonly connectionMark: string;
  /** Whether a rule took it out of conntrack. */
  readonly entry: string;
  /** The zone, helper or timeout that CT gave it. */
  readonly template: string;
  /** What it carries itself, and has still when it comes back through lo. */
  readonly mark: string;
  readonly rewritten: string;
  /** Whether it goes out by another interface than it was to, which may be lo. */
  readonly isRoutedAnew: boolean;
};

function leftBy({ connectionMark, mark, entry, output, others }: Rewriting): Left {
  const { conntrack = '', ...rewritten } = others;
  return {
    connectionMark: markKey(connectionMark),
    entry: entry ?? '',
    template: conntrack,
    mark: markKey(mark),
    rewritten: JSON.stringify(Object.entries(rewritten).sort()),
    isRoutedAnew: output !== undefined && output !== 'none' && output !== 'unrouted',
  };
}

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
  const { destination, destinationPort, output } = value;
  const sentTo: SentTo = {
    ...(destination === undefined ? {} : { destination }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
    ...(output === undefined ? {} : { output }),
  };
  return {
    ...{ key, wholeKey: `${key} ${marks} ${others}`, verdict, rewritten: value.others, left: leftBy(value) },
    ...(to === undefined ? {} : { sentTo }),
  };
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
    left: leftBy(value),
  };
}

/** What fates are told apart by. */
export type KeyOf = (fate: Fate) => string;

/** As people tell it. */
export const byVerdict: KeyOf = ({ key }) => key;
/** By all that leaves with the packet. */
export const byAll: KeyOf = ({ wholeKey }) => wholeKey;

/** The packets of each fate. */
export class Fates {
  private readonly diagram: Diagram;
  private readonly sets = new Map<string, { readonly fate: Fate; set: number }>();

  constructor(diagram: Diagram) {
    this.diagram = diagram;
  }

  add(fate: Fate, set: number): void {
    if (set === FALSE) return;
    const key = `${fate.wholeKey} ${fate.left.connectionMark} ${fate.left.isRoutedAnew}`;
    const found = this.sets.get(key);
    if (found === undefined) this.sets.set(key, { fate, set });
    else found.set = this.diagram.or(found.set, set);
  }

  entries(): readonly { readonly fate: Fate; readonly set: number }[] {
    return [...this.sets.values()];
  }

  /** The packets whose fate is such. */
  where(is: (fate: Fate) => boolean): number {
    return this.diagram.union(this.entries().flatMap(({ fate, set }) => (is(fate) ? [set] : [])));
  }

  by(keyOf: KeyOf): ReadonlyMap<string, number> {
    const sets = new Map<string, number>();
    for (const { fate, set } of this.sets.values()) {
      const key = keyOf(fate);
      sets.set(key, this.diagram.or(sets.get(key) ?? FALSE, set));
    }
    return sets;
  }
}

/** The packets whose fate differs. */
export function difference(diagram: Diagram, before: Fates, after: Fates, keyOf: KeyOf): number {
  const [was, will] = [before.by(keyOf), after.by(keyOf)];
  const parts = [...was].map(([key, set]) => diagram.minus(set, will.get(key) ?? FALSE));
  return diagram.union([...parts, ...[...will].map(([key, set]) => diagram.minus(set, was.get(key) ?? FALSE))]);
}
