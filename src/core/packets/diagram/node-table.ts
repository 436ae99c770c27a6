import { NodeLimit } from './node-limit.ts';

/** The diagrams that are the same everywhere. */
export const FALSE = 0;
export const TRUE = 1;
/** No value yet: what `over` fills. */
export const HOLE = 2;

/** The variable of a terminal: behind all others, so that the smaller variable is always the one to split by. */
export const TERMINAL = 0x7fffffff;

const FIRST_CAPACITY = 1 << 14;
const STEPS_PER_NODE = 8;

/**
 * Nodes of decision diagrams with several terminals, each node once. A node asks one variable and goes on to `low` where its bit is 0 and to
 * `high` where it is 1; variables ascend on every way. Equal functions are one node, so that comparing two functions compares two numbers.
 * Nodes are never freed: one table lives as long as one comparison.
 */
export class NodeTable {
  protected variables = new Int32Array(FIRST_CAPACITY);
  protected lows = new Int32Array(FIRST_CAPACITY);
  protected highs = new Int32Array(FIRST_CAPACITY);
  private next = new Int32Array(FIRST_CAPACITY);
  private heads = new Int32Array(FIRST_CAPACITY).fill(-1);
  private used = 0;
  private stepsUsed = 0;
  private mostNodes = Number.POSITIVE_INFINITY;
  private mostSteps = Number.POSITIVE_INFINITY;
  private allowance = Number.POSITIVE_INFINITY;

  constructor() {
    for (const constant of [FALSE, TRUE, HOLE])
      if (this.terminal() !== constant) throw new Error('constants come first');
  }

  get nodes(): number {
    return this.used;
  }

  get steps(): number {
    return this.stepsUsed;
  }

  /** From here on so many nodes may be made, and a multiple of it in steps; what needs more throws NodeLimit. */
  allow(nodes: number): void {
    this.allowance = nodes;
    this.mostNodes = this.used + nodes;
    this.mostSteps = this.stepsUsed + nodes * STEPS_PER_NODE;
  }

  /** Counts work that makes no nodes, so that it ends too. */
  spend(steps: number): void {
    this.stepsUsed += steps;
    if (this.stepsUsed > this.mostSteps) throw new NodeLimit(this.allowance);
  }

  isTerminal(node: number): boolean {
    return this.variables[node] === TERMINAL;
  }

  variableOf(node: number): number {
    return this.variables[node] as number;
  }

  lowOf(node: number): number {
    return this.lows[node] as number;
  }

  highOf(node: number): number {
    return this.highs[node] as number;
  }

  /** A value of its own. */
  terminal(): number {
    const node = this.place();
    this.variables[node] = TERMINAL;
    return node;
  }

  /** The function that is `low` where the variable is 0 and `high` where it is 1. Both ask later variables only. */
  make(variable: number, low: number, high: number): number {
    if (low === high) return low;
    let bucket = this.bucketOf(variable, low, high);
    for (let node = this.heads[bucket] as number; node >= 0; node = this.next[node] as number) {
      if (this.lows[node] === low && this.highs[node] === high && this.variables[node] === variable) return node;
    }
    if (this.used >= this.mostNodes) throw new NodeLimit(this.allowance);
    const capacity = this.variables.length;
    const node = this.place();
    if (this.variables.length !== capacity) bucket = this.bucketOf(variable, low, high);
    this.variables[node] = variable;
    this.lows[node] = low;
    this.highs[node] = high;
    this.next[node] = this.heads[bucket] as number;
    this.heads[bucket] = node;
    return node;
  }

  private place(): number {
    if (this.used === this.variables.length) this.grow();
    const node = this.used;
    this.used += 1;
    return node;
  }

  private grow(): void {
    const capacity = this.variables.length * 2;
    this.variables = enlarged(this.variables, capacity);
    this.lows = enlarged(this.lows, capacity);
    this.highs = enlarged(this.highs, capacity);
    this.next = enlarged(this.next, capacity);
    this.heads = new Int32Array(capacity).fill(-1);
    for (let node = 0; node < this.used; node += 1) {
      if (this.variables[node] === TERMINAL) continue;
      const bucket = this.bucketOf(this.variableOf(node), this.lowOf(node), this.highOf(node));
      this.next[node] = this.heads[bucket] as number;
      this.heads[bucket] = node;
    }
  }

  private bucketOf(variable: number, low: number, high: number): number {
    let hash = Math.imul(variable, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return (hash ^ (hash >>> 13)) & (this.heads.length - 1);
  }
}

function enlarged(from: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(capacity);
  to.set(from);
  return to;
}
