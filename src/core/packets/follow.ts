import { pristineTable } from '../rules/builtin.ts';
import type { Backend, Table, TableName } from '../rules/types.ts';
import { type BaseChain, COMING_IN, FROM_THIS_HOST, LEAVING, TO_THIS_HOST } from './base-chains.ts';
import { type Evaluation, evaluate, type KnownRules } from './evaluate.ts';
import type { Packet, PacketState } from './packet.ts';
import type { Filled } from './rewrite.ts';

/** A chain that a packet meets on its way, and what becomes of the packet there. */
export type Stop = { readonly table: TableName; readonly chain: string; readonly evaluation: Evaluation };

export type Direction = 'in' | 'out';

/** The built-in chains of a packet to this host and of one from it, in the order in which the kernel calls them. */
function wayOf(direction: Direction, backend: Backend): readonly BaseChain[] {
  return direction === 'in' ? [...COMING_IN, ...TO_THIS_HOST[backend]] : [...FROM_THIS_HOST, ...LEAVING];
}

/** One namespace of one family, as packets meet it. */
export type Rules = {
  readonly backend: Backend;
  readonly tables: ReadonlyMap<TableName, Table>;
  /** What rules fill beside packets. */
  readonly filled: Filled;
  readonly known: KnownRules;
  /** What was evaluated already, by table: tables that do not change are asked once for both sides. */
  readonly done: Map<Table, Map<string, Evaluation>>;
};

/**
 * A packet on its whole way. `state` is the one that conntrack gives it where no rule of raw takes it from conntrack; nat sees it only
 * where that is NEW. What an earlier chain makes of the packet, the later ones meet; one that an earlier chain drops meets them as it came.
 */
export function follow(
  { backend, tables, filled, known, done }: Rules,
  packet: Packet,
  { direction, state }: { readonly direction: Direction; readonly state: PacketState | undefined },
): { readonly stops: readonly Stop[]; readonly packet: Packet } {
  const stops: Stop[] = [];
  let now: Packet = { ...packet, state: 'unseen' };
  for (const { table: name, chain } of wayOf(direction, backend)) {
    if (name !== 'raw' && now.state === 'unseen') now = withState(now, state);
    if (name === 'nat' && now.state !== undefined && now.state !== 'NEW') continue;
    const table = tables.get(name);
    if (table === undefined) continue;
    const evaluation = once(done, table, [chain, direction, packetText(now), filledText(filled)].join('\n'), () =>
      evaluate(table, chain, now, known, filled),
    );
    stops.push({ table: name, chain, evaluation });
    now = evaluation.leaves ?? now;
  }
  return { stops, packet: now };
}

function withState({ state: _, ...packet }: Packet, state: PacketState | undefined): Packet {
  return state === undefined ? packet : { ...packet, state };
}

function once(done: Rules['done'], table: Table, key: string, make: () => Evaluation): Evaluation {
  const ofTable = done.get(table) ?? new Map<string, Evaluation>();
  done.set(table, ofTable);
  const found = ofTable.get(key) ?? make();
  ofTable.set(key, found);
  return found;
}

const PRISTINE = new Map<TableName, Table>();

/** A table that nothing was ever in; the same one each time. */
export function pristine(name: TableName): Table {
  const found = PRISTINE.get(name) ?? pristineTable(name);
  PRISTINE.set(name, found);
  return found;
}

function packetText(packet: Packet): string {
  return JSON.stringify(packet, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

function filledText(filled: Filled): string {
  return JSON.stringify([...filled]);
}
