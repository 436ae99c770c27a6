import type { Trace, TraceStep } from './types.ts';

/** One line of a way in words that nft's trace and fw's have in common; `may` where the packet may go past it. */
export type WayLine = { readonly text: string; readonly may: boolean };

/** Every way that the answers to open questions leave; undefined where fw did not follow the packet to its end. */
export function waysInNftWords({ steps, end }: Trace): readonly (readonly WayLine[])[] | undefined {
  const lines = steps.flatMap((step) => lineOf(step) ?? []);
  if (end.kind === 'limit') return undefined;
  if (end.kind === 'verdict') return [lines];
  const [met, unmet] = [waysInNftWords(end.met), waysInNftWords(end.unmet)];
  return met === undefined || unmet === undefined ? undefined : [...met, ...unmet].map((way) => [...lines, ...way]);
}

function lineOf(step: TraceStep): WayLine | undefined {
  if (step.kind === 'skipped') return undefined;
  const { table, chain, number, text } = step.place;
  if (step.kind === 'policy') return { text: `${table} ${chain} policy ${text.toLowerCase()}`, may: false };
  return { text: `${table} ${chain} ${number} ${verdictOf(step.action)}`, may: step.may !== undefined };
}

function verdictOf(action: Extract<TraceStep, { kind: 'rule' }>['action']): string {
  switch (action.kind) {
    case 'accept':
    case 'translate':
      return 'accept';
    case 'drop':
    case 'reject':
      return 'drop';
    case 'jump':
    case 'goto':
      return `${action.kind} ${action.chain}`;
    case 'return':
      return 'return';
    default:
      return 'continue';
  }
}

/** Whether the kernel went one of the ways. */
export function isOneOf(ways: readonly (readonly WayLine[])[], kernel: readonly string[]): boolean {
  return ways.some((way) => follows(way, kernel));
}

function follows(way: readonly WayLine[], kernel: readonly string[]): boolean {
  let at = 0;
  for (const { text, may } of way) {
    if (kernel[at] === text) at += 1;
    else if (!may) return false;
  }
  return at === kernel.length;
}

/** Number of each rule in its chain, by its table and handle, from `nft -j list ruleset`. */
export function ruleNumbers(listing: string, family: 'ip' | 'ip6'): ReadonlyMap<string, number> {
  const { nftables }: { readonly nftables: readonly { readonly rule?: ListedRule }[] } = JSON.parse(listing);
  const counts = new Map<string, number>();
  const numbers = new Map<string, number>();
  for (const { rule } of nftables) {
    if (rule === undefined || rule.family !== family) continue;
    const chain = `${rule.table} ${rule.chain}`;
    counts.set(chain, (counts.get(chain) ?? 0) + 1);
    numbers.set(`${rule.table} ${rule.handle}`, counts.get(chain) ?? 0);
  }
  return numbers;
}

type ListedRule = { readonly family: string; readonly table: string; readonly chain: string; readonly handle: number };

/** What `nft -a monitor trace` told, line by line: the ways of packets by the id that each carries. */
export class NftTraces {
  /** By trace id, which the kernel makes of the place of a packet in memory: a later packet may have the id of an earlier one. */
  private readonly ways = new Map<string, string[]>();
  private readonly byPacket = new Map<number, readonly string[]>();
  private readonly family: 'ip' | 'ip6';
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(family: 'ip' | 'ip6', numbers: ReadonlyMap<string, number>) {
    this.family = family;
    this.numbers = numbers;
  }

  hasSeen(packet: number): boolean {
    return this.byPacket.has(packet);
  }

  wayOf(packet: number): readonly string[] {
    return this.byPacket.get(packet) ?? [];
  }

  note(line: string): void {
    const [, id = '', table = '', chain = '', what = '', rest = ''] =
      /^trace id (\w+) ip6? (\S+) (\S+) (packet|rule|policy)\b(.*)$/.exec(line) ?? [];
    if (what === 'packet') {
      const carried = this.family === 'ip' ? /\bip id (\d+)/.exec(rest) : /\bip6 flowlabel (\d+)/.exec(rest);
      if (carried === null || this.byPacket.has(Number(carried[1]))) return;
      const begun: string[] = [];
      this.ways.set(id, begun);
      this.byPacket.set(Number(carried[1]), begun);
      return;
    }
    if (id === '' || !['raw', 'mangle', 'nat', 'filter', 'security'].includes(table)) return;
    const way = this.ways.get(id) ?? [];
    this.ways.set(id, way);
    if (what === 'policy') way.push(`${table} ${chain} policy ${rest.trim().split(' ')[0]}`);
    else {
      const number = this.numbers.get(`${table} ${/# handle (\d+)/.exec(rest)?.[1]}`);
      way.push(`${table} ${chain} ${number} ${/\(verdict ([^)]*)\)/.exec(rest)?.[1]}`);
    }
  }
}
