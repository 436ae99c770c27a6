const FEWEST_BITS = 14;
const MOST_BITS = 20;

/**
 * Results of operations, found by operation and operands. It forgets: each result has one place, and a later one takes it. A JavaScript Map ends at
 * 16.7 million entries and takes several times the memory. Its size follows the number of results, so that equal computations forget alike.
 */
export class ResultMemo {
  private bits = FEWEST_BITS;
  private kept = 0;
  private places = places(FEWEST_BITS);

  /** -1 where nothing is known. */
  find(operation: number, a: number, b: number): number {
    const at = this.placeOf(operation, a, b);
    const { places } = this;
    return places[at] === operation && places[at + 1] === a && places[at + 2] === b ? (places[at + 3] as number) : -1;
  }

  keep(operation: number, a: number, b: number, result: number): void {
    this.kept += 1;
    if (this.kept > 1 << this.bits && this.bits < MOST_BITS) this.grow();
    const at = this.placeOf(operation, a, b);
    const { places } = this;
    places[at] = operation;
    places[at + 1] = a;
    places[at + 2] = b;
    places[at + 3] = result;
  }

  private grow(): void {
    const old = this.places;
    this.bits += 2;
    this.places = places(this.bits);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] === 0) continue;
      const to = this.placeOf(old[at] as number, old[at + 1] as number, old[at + 2] as number);
      for (let field = 0; field < 4; field += 1) this.places[to + field] = old[at + field] as number;
    }
  }

  private placeOf(operation: number, a: number, b: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(operation, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return ((hash ^ (hash >>> 13)) & ((1 << this.bits) - 1)) * 4;
  }
}

function places(bits: number): Int32Array {
  return new Int32Array(4 << bits);
}
