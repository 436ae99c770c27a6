import { NodeLimit } from '../diagram/node-limit.ts';
import { RuleReader } from '../side/rule-reader.ts';
import { markChanges, type Side } from '../side/side.ts';
import type { Firewall } from '../types/firewall.ts';
import { type Connections, PATHS, type Path } from '../types/traffic.ts';
import { type Ground, makeGround, wayOfSides } from '../way/path-model.ts';
import { sourceBehindNat } from '../way/source-behind-nat.ts';
import { anyChange, type ChangedPath, type NotCompared, PathComparison } from './compare-path.ts';
import { LeftByOthers } from './left-by-others.ts';
import { questionLabels } from './print-set.ts';
import { fragmentsAtTurn, turnOfTracking } from './turn-of-tracking.ts';

/** All paths of two sides whose changes are marked, with what packets of one leave for those of others. */
export class Comparison {
  readonly before: Side;
  readonly after: Side;
  readonly left: LeftByOthers;
  private readonly ground: Ground | undefined;
  readonly nodes: number;
  private readonly turn: 'begins' | 'ceases' | undefined;
  private readonly paths = new Map<Path, PathComparison>();
  private named: ReadonlyMap<string, string> | undefined;
  private readonly found = new Map<string, ChangedPath | NotCompared | NodeLimit>();

  /** `nodes` bounds the work for each path and kind of connections. Without a ground chains call each other in a circle. */
  constructor(ground: Ground | undefined, before: Side, after: Side, nodes: number) {
    this.ground = ground;
    this.before = before;
    this.after = after;
    this.nodes = nodes;
    this.turn = turnOfTracking(before, after);
    this.left = new LeftByOthers(before, after, (path) => this.path(path));
  }

  /** Undefined where chains call each other in a circle. */
  path(path: Path): PathComparison | undefined {
    if (this.ground === undefined) return undefined;
    const found = this.paths.get(path) ?? new PathComparison(this.ground, this.before, this.after, path, this.nodes);
    this.paths.set(path, found);
    return found;
  }

  /** Whether a rule or policy on the way of the packets changes. Where none does, only what other packets leave can be another thing. */
  isChanged(path: Path): boolean {
    return anyChange(this.before, this.after, wayOfSides([this.before, this.after], path)) !== undefined;
  }

  /** Why nothing is said of the packets of a path, whatever the evaluation of its rules would tell. */
  reason(path: Path, connections: Connections): string | undefined {
    const { before, after } = this;
    const left = this.left.reason(path, connections);
    if (left !== undefined) return left;
    if (this.isChanged(path)) {
      const source = sourceBehindNat([before, after], path);
      if (source !== undefined) return source;
    }
    if (connections === 'running' && this.turn === 'ceases' && translates(before)) return TURN.ceases;
    return path === 'FORWARD' && connections === 'new' ? fragmentsAtTurn(before, after) : undefined;
  }

  /** Whether packets, although no rule of their path decides otherwise, leave with something else: a mark of their connection, or the track of it. */
  hasOtherEffect(path: Path): boolean {
    return this.turn !== undefined || this.left.takesOver(path);
  }

  /** What changes for the packets of a path, found out once for all that ask. Throws NodeLimit. */
  compare(path: Path, connections: Connections): ChangedPath | NotCompared {
    const key = `${path} ${connections}`;
    const found = this.found.get(key) ?? this.find(path, connections);
    this.found.set(key, found);
    if (found instanceof NodeLimit) throw found;
    return found;
  }

  /** What is called how, found out once. */
  get labels(): ReadonlyMap<string, string> {
    this.named ??= questionLabels([this.before, this.after]);
    return this.named;
  }

  /** Nodes for what is made of a comparison: as many as it may take itself. */
  allow(): void {
    this.ground?.space.diagram.allow(this.nodes);
  }

  private find(path: Path, connections: Connections): ChangedPath | NotCompared | NodeLimit {
    try {
      const because = this.reason(path, connections);
      if (because !== undefined) return { because };
      const comparison = this.path(path);
      if (comparison === undefined) return { because: 'chains call each other in a circle' };
      const found = comparison.compare(connections);
      if ('because' in found || this.turn !== 'begins' || connections === 'new') return found;
      // Conntrack takes a connection that it did not see begin for a new or an invalid one.
      return comparison.changesUnseen() || found.regions.length > 0 ? { because: TURN.begins } : found;
    } catch (error) {
      if (error instanceof NodeLimit) return error;
      throw error;
    }
  }
}

const TURN = {
  begins: 'the kernel begins to track connections with this change',
  ceases: 'the kernel ceases to track connections with this change',
} as const;

function translates({ tables }: Side): boolean {
  return [...(tables.get('nat')?.values() ?? [])].some(({ rules }) => rules.length > 0);
}

/** Two firewalls, read once for all that is asked about the change from one to the other. */
export function comparisonOf(before: Firewall, after: Firewall, nodes: number): Comparison {
  const reader = new RuleReader([before, after]);
  const [was, will] = [reader.read(before), reader.read(after)];
  markChanges(was, will);
  return new Comparison(makeGround([was, will], PATHS), was, will, nodes);
}
