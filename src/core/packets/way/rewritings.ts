import { markKey, outputKey, type Rewriting, rewritingKey, rewrittenKey } from './rewriting.ts';

/** What conditions can ask of a packet that the way may have changed, as bits. */
export const READS = {
  destination: 1,
  destinationPort: 2,
  mark: 4,
  connectionMark: 8,
  state: 16,
  others: 32,
  translated: 64,
  output: 128,
} as const;

/** Rewritings by number: equal ones are one object. */
export class Rewritings {
  private readonly byKey = new Map<string, KnownRewriting>();
  private readonly parts = new Map<string, number>();

  known(rewriting: Rewriting): KnownRewriting {
    const key = rewritingKey(rewriting);
    const found = this.byKey.get(key);
    if (found !== undefined) return found;
    const made = new KnownRewriting(this.byKey.size, rewriting, key, (part) => this.numberOf(part));
    this.byKey.set(key, made);
    return made;
  }

  private numberOf(part: string): number {
    const found = this.parts.get(part);
    if (found !== undefined) return found;
    this.parts.set(part, this.parts.size);
    return this.parts.size - 1;
  }
}

export class KnownRewriting {
  readonly id: number;
  readonly key: string;
  readonly value: Rewriting;
  private readonly numberOf: (part: string) => number;
  private readonly seen = new Map<number, number>();

  constructor(id: number, value: Rewriting, key: string, numberOf: (part: string) => number) {
    this.id = id;
    this.value = value;
    this.key = key;
    this.numberOf = numberOf;
  }

  /** Equal for rewritings that agree in all that is read. */
  partOf(reads: number): number {
    const found = this.seen.get(reads);
    if (found !== undefined) return found;
    const { value } = this;
    const part = this.numberOf(
      [
        reads & READS.destination ? rewrittenKey(value.destination) : '',
        reads & READS.destinationPort ? rewrittenKey(value.destinationPort) : '',
        reads & READS.mark ? markKey(value.mark) : '',
        reads & READS.connectionMark ? markKey(value.connectionMark) : '',
        reads & READS.state ? (value.entry ?? '') : '',
        reads & READS.others ? Object.entries(value.others).sort().join(';') : '',
        reads & READS.output ? outputKey(value.output) : '',
        reads & READS.translated ? `${rewrittenKey(value.destination)} ${rewrittenKey(value.destinationPort)}` : '',
      ].join('|'),
    );
    this.seen.set(reads, part);
    return part;
  }
}
