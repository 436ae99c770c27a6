import type { Diagram } from '../diagram/diagram.ts';
import type { Translation } from '../types/action.ts';
import type { PacketRule } from '../types/rule.ts';

/** How a rule ends the table for a packet. */
export type End =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'reject' | 'queue' | 'unknown'; readonly text: string }
  | { readonly kind: 'translate'; readonly what: 'source' | 'destination'; readonly to: Translation };

/** Ends as terminals of diagrams: equal ends are one terminal, on both sides. */
export class Ends {
  readonly back: number;
  private readonly diagram: Diagram;
  private readonly terminals = new Map<string, number>();
  private readonly ends = new Map<number, End>();

  constructor(diagram: Diagram) {
    this.diagram = diagram;
    this.back = this.terminalOf({ kind: 'return' });
  }

  terminalOf(end: End): number {
    const key = endKey(end);
    const found = this.terminals.get(key);
    if (found !== undefined) return found;
    const terminal = this.diagram.terminal();
    this.terminals.set(key, terminal);
    this.ends.set(terminal, end);
    return terminal;
  }

  /** Undefined for a HOLE. */
  endOf(terminal: number): End | undefined {
    return this.ends.get(terminal);
  }
}

/** Undefined where the rule ends nothing. */
export function endOfRule({ action }: PacketRule): End | undefined {
  switch (action.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return { kind: action.kind };
    case 'reject':
      return { kind: 'reject', text: action.with };
    case 'queue':
    case 'unknown':
      return { kind: action.kind, text: action.text };
    case 'translate':
      return action;
    default:
      return undefined;
  }
}

function endKey(end: End): string {
  if (end.kind === 'translate') {
    const { addresses, ports, local, picks } = end.to;
    return `translate ${end.what} ${addresses?.join('-')} ${ports?.join('-')} ${local === true} ${picks}`;
  }
  return 'text' in end ? `${end.kind} ${end.text}` : end.kind;
}
