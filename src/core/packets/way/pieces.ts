import type { Diagram } from '../diagram/diagram.ts';
import { FALSE } from '../diagram/node-table.ts';
import type { KnownRewriting } from './rewritings.ts';

/** Packets as they came in, by what the way made of them. */
export class Pieces {
  private readonly diagram: Diagram;
  private readonly sets = new Map<KnownRewriting, number>();

  constructor(diagram: Diagram) {
    this.diagram = diagram;
  }

  get isEmpty(): boolean {
    return this.sets.size === 0;
  }

  add(rewriting: KnownRewriting, set: number): void {
    if (set === FALSE) return;
    const other = this.sets.get(rewriting);
    this.sets.set(rewriting, other === undefined ? set : this.diagram.or(other, set));
  }

  addAll(pieces: Pieces): void {
    for (const [rewriting, set] of pieces.entries()) this.add(rewriting, set);
  }

  entries(): readonly (readonly [KnownRewriting, number])[] {
    return [...this.sets];
  }
}
