import { FALSE, HOLE, NodeTable, TERMINAL, TRUE } from './node-table.ts';
import { ResultMemo } from './result-memo.ts';

const AND = 1;
const OR = 2;
const MINUS = 3;
const GUARD = 4;
const OVER = 5;
const WHERE = 6;
const ERASE = 7;
const DIFFERS = 8;
const SIMPLIFY = 9;
const FORGET = 10;
/** The first of the numbers of `meeting`, one for each set of variables that is forgotten. */
const MEETING = 16;

const PENDING = -1;

type Forgotten = { readonly isForgotten: (variable: number) => boolean; readonly lastKept: number };

/**
 * Sets of packets and functions of packets, as diagrams. A set is a diagram with the terminals FALSE and TRUE; a function may have any terminals.
 * All operations are exact and remembered.
 */
export class Diagram extends NodeTable {
  private readonly memo = new ResultMemo();
  private readonly forgotten: Forgotten[] = [];

  and(a: number, b: number): number {
    return a < b ? this.apply(AND, a, b) : this.apply(AND, b, a);
  }

  or(a: number, b: number): number {
    return a < b ? this.apply(OR, a, b) : this.apply(OR, b, a);
  }

  minus(a: number, b: number): number {
    return this.apply(MINUS, a, b);
  }

  not(a: number): number {
    return this.apply(MINUS, TRUE, a);
  }

  /** The function inside of the set, HOLE outside. */
  guard(set: number, f: number): number {
    return this.apply(GUARD, set, f);
  }

  /** `f`, and `g` where `f` has a HOLE. */
  over(f: number, g: number): number {
    return this.apply(OVER, f, g);
  }

  /** The set in which the function has this terminal. */
  where(f: number, terminal: number): number {
    return this.apply(WHERE, f, terminal);
  }

  /** `f` with a HOLE where it has this terminal. */
  erase(f: number, terminal: number): number {
    return this.apply(ERASE, f, terminal);
  }

  /** The set in which two functions have different terminals. */
  differs(f: number, g: number): number {
    return f < g ? this.apply(DIFFERS, f, g) : this.apply(DIFFERS, g, f);
  }

  isDisjoint(a: number, b: number): boolean {
    return this.and(a, b) === FALSE;
  }

  /** Union of many, in pairs: the halves are of like size, so that no large set is copied once for each small one. */
  union(sets: readonly number[]): number {
    let row = sets;
    while (row.length > 1) {
      const pairs: number[] = [];
      for (let at = 0; at < row.length; at += 2) pairs.push(this.or(row[at] ?? FALSE, row[at + 1] ?? FALSE));
      row = pairs;
    }
    return row[0] ?? FALSE;
  }

  /** A smaller set that agrees with `set` inside of `care`; outside it may hold anything. After Coudert and Madre: a half that nobody asks is taken from its sibling. */
  simplify(set: number, care: number): number {
    if (care === FALSE || set === FALSE) return FALSE;
    if (care === TRUE || this.isTerminal(set)) return set;
    const found = this.memo.find(SIMPLIFY, set, care);
    if (found !== PENDING) return found;
    this.spend(1);
    const asked = this.variableOf(set);
    const cared = this.variableOf(care);
    let result: number;
    if (cared < asked) result = this.simplify(set, this.or(this.lowOf(care), this.highOf(care)));
    else {
      const careLow = cared === asked ? this.lowOf(care) : care;
      const careHigh = cared === asked ? this.highOf(care) : care;
      if (careLow === FALSE) result = this.simplify(this.highOf(set), careHigh);
      else if (careHigh === FALSE) result = this.simplify(this.lowOf(set), careLow);
      else {
        result = this.make(asked, this.simplify(this.lowOf(set), careLow), this.simplify(this.highOf(set), careHigh));
      }
    }
    this.memo.keep(SIMPLIFY, set, care, result);
    return result;
  }

  /** Names a set of variables for `forget`. All behind `lastKept` are of the set. */
  forgetting(isForgotten: (variable: number) => boolean, lastKept = Number.POSITIVE_INFINITY): number {
    return this.forgotten.push({ isForgotten, lastKept }) - 1;
  }

  /** The smallest set that holds all of `set` and does not ask the variables that `forgetting` named. */
  forget(set: number, named: number): number {
    if (this.isTerminal(set)) return set;
    const { isForgotten, lastKept } = this.forgotten[named] as Forgotten;
    const variable = this.variableOf(set);
    // Every node but FALSE holds something.
    if (variable > lastKept) return TRUE;
    const found = this.memo.find(FORGET, set, named);
    if (found !== PENDING) return found;
    this.spend(1);
    const low = this.forget(this.lowOf(set), named);
    let result: number;
    if (!isForgotten(variable)) result = this.make(variable, low, this.forget(this.highOf(set), named));
    else result = low === TRUE ? TRUE : this.or(low, this.forget(this.highOf(set), named));
    this.memo.keep(FORGET, set, named, result);
    return result;
  }

  /** `forget` of what two sets have in common: where that is known from one half, the other is not looked at. */
  meeting(a: number, b: number, named: number): number {
    if (a === FALSE || b === FALSE) return FALSE;
    if (a === TRUE || a === b) return this.forget(b, named);
    if (b === TRUE) return this.forget(a, named);
    if (a > b) return this.meeting(b, a, named);
    const found = this.memo.find(MEETING + named, a, b);
    if (found !== PENDING) return found;
    this.spend(1);
    const { isForgotten } = this.forgotten[named] as Forgotten;
    const [first, second] = [this.variableOf(a), this.variableOf(b)];
    const variable = Math.min(first, second);
    const half = (node: number, asks: boolean, isHigh: boolean) =>
      asks ? (isHigh ? this.highOf(node) : this.lowOf(node)) : node;
    const side = (isHigh: boolean) =>
      this.meeting(half(a, first === variable, isHigh), half(b, second === variable, isHigh), named);
    const low = side(false);
    let result: number;
    if (!isForgotten(variable)) result = this.make(variable, low, side(true));
    else result = low === TRUE ? TRUE : this.or(low, side(true));
    this.memo.keep(MEETING + named, a, b, result);
    return result;
  }

  /** How many nodes a function has, and no more than `most` of them counted. */
  sizeOf(root: number, most = Number.POSITIVE_INFINITY): number {
    const seen = new Set<number>();
    const waiting = [root];
    for (let node = waiting.pop(); node !== undefined && seen.size < most; node = waiting.pop()) {
      if (seen.has(node) || this.isTerminal(node)) continue;
      seen.add(node);
      waiting.push(this.lowOf(node), this.highOf(node));
    }
    return seen.size;
  }

  /** The terminals of a function. */
  terminalsOf(root: number): readonly number[] {
    const seen = new Set<number>([root]);
    const waiting = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (this.isTerminal(node)) continue;
      for (const child of [this.lowOf(node), this.highOf(node)]) {
        if (seen.has(child)) continue;
        seen.add(child);
        waiting.push(child);
      }
    }
    return [...seen].filter((node) => this.isTerminal(node));
  }

  private apply(operation: number, a: number, b: number): number {
    const known = this.atOnce(operation, a, b);
    if (known !== PENDING) return known;
    const found = this.memo.find(operation, a, b);
    if (found !== PENDING) return found;
    this.spend(1);
    const first = this.variables[a] as number;
    const second = this.variables[b] as number;
    const variable = first < second ? first : second;
    const lowA = first === variable ? (this.lows[a] as number) : a;
    const lowB = second === variable ? (this.lows[b] as number) : b;
    const highA = first === variable ? (this.highs[a] as number) : a;
    const highB = second === variable ? (this.highs[b] as number) : b;
    const low = this.apply(operation, lowA, lowB);
    const result = this.make(variable, low, this.apply(operation, highA, highB));
    this.memo.keep(operation, a, b, result);
    return result;
  }

  /** The result where it needs no look at the nodes, or PENDING. */
  private atOnce(operation: number, a: number, b: number): number {
    switch (operation) {
      case AND:
        if (a === FALSE || b === FALSE) return FALSE;
        if (a === TRUE || a === b) return b;
        return b === TRUE ? a : PENDING;
      case OR:
        if (a === TRUE || b === TRUE) return TRUE;
        if (a === FALSE || a === b) return b;
        return b === FALSE ? a : PENDING;
      case MINUS:
        if (a === FALSE || b === TRUE || a === b) return FALSE;
        return b === FALSE ? a : PENDING;
      case GUARD:
        if (a === FALSE || b === HOLE) return HOLE;
        return a === TRUE ? b : PENDING;
      case OVER:
        if (a === HOLE || a === b) return b;
        return b === HOLE || this.variables[a] === TERMINAL ? a : PENDING;
      case WHERE:
        if (a === b) return TRUE;
        return this.variables[a] === TERMINAL ? FALSE : PENDING;
      case ERASE:
        if (a === b) return HOLE;
        return this.variables[a] === TERMINAL ? a : PENDING;
      default:
        if (a === b) return FALSE;
        return this.variables[a] === TERMINAL && this.variables[b] === TERMINAL ? TRUE : PENDING;
    }
  }
}
