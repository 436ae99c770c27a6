import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE } from '../diagram/node-table.ts';
import { chainsOn, type Side } from '../side/side.ts';
import { Scope } from '../space/scope.ts';
import { CONNECTIONS, type Connections, PATHS, type Path } from '../types/traffic.ts';
import { difference, type Fate } from '../way/outcomes.ts';
import { wayOfSides } from '../way/path-model.ts';
import { anyChange, type PathComparison } from './compare-path.ts';
import { type Asks, asksOf, type Leaves, leavesOf } from './what-is-left.ts';

/** Where packets of the same connection go that nobody has answered yet. */
const TOGETHER: Readonly<Record<Path, readonly Path[]>> = {
  INPUT: ['INPUT', 'OUTPUT'],
  FORWARD: ['FORWARD'],
  OUTPUT: ['INPUT', 'OUTPUT'],
};
const OPPOSITE: Readonly<Record<Path, readonly Path[]>> = {
  INPUT: ['OUTPUT'],
  FORWARD: ['FORWARD'],
  OUTPUT: ['INPUT'],
};

/**
 * What packets find that other packets left: the mark of their connection, what conntrack knows of it, and what a packet of this host carries when it comes
 * back through lo. A comparison of one way takes it for equal on both sides; where a change makes packets leave something else, and rules ask for it, that
 * is not so, for the first packet of a connection neither: it may be RELATED to another one, one more that nobody has answered, or an answer to what
 * conntrack did not see.
 */
export class LeftByOthers {
  private readonly before: Side;
  private readonly after: Side;
  private readonly comparisonOf: (path: Path) => PathComparison | undefined;
  private readonly asks = new Map<Path, Asks>();
  private readonly leaves = new Map<Path, Leaves>();
  private readonly found = new Map<string, boolean>();

  constructor(before: Side, after: Side, comparisonOf: (path: Path) => PathComparison | undefined) {
    this.before = before;
    this.after = after;
    this.comparisonOf = comparisonOf;
  }

  /** Why nothing is said of the packets of a path; undefined where they find what they found before, or no rule asks for it. */
  reason(path: Path, connections: Connections): string | undefined {
    const asks = this.asksOn(path);
    const isRunning = connections === 'running';
    if (asks.connectionMark && this.marksChange(isRunning ? PATHS : TOGETHER[path])) return MARKS;
    if (asks.conntrack || (isRunning && asks.translates)) {
      if (this.differ('template', PATHS)) return TRACKING;
      if (this.differ('entry', isRunning ? PATHS : OPPOSITE[path])) return TRACKING;
    }
    if (path !== 'INPUT') return undefined;
    if (asks.mark && this.differ('mark', ['OUTPUT'])) return LOOPBACK;
    return asks.rewritten && this.differ('rewritten', ['OUTPUT']) ? LOOPBACK : undefined;
  }

  /** Whether packets take over a mark of their connection that others leave otherwise: they leave with it, although no rule decides by it. */
  takesOver(path: Path): boolean {
    return this.asksOn(path).restores && this.marksChange(PATHS);
  }

  /** Also by what comes back through lo with another mark, which a rule saves. */
  private marksChange(paths: readonly Path[]): boolean {
    if (this.differ('connectionMark', paths)) return true;
    return paths.includes('INPUT') && this.asksOn('INPUT').saves && this.differ('mark', ['OUTPUT']);
  }

  private differ(what: keyof Leaves, paths: readonly Path[]): boolean {
    return paths.some(
      (path) => this.leavesOn(path)[what] && CONNECTIONS.some((connections) => this.differs(what, path, connections)),
    );
  }

  private differs(what: keyof Leaves, path: Path, connections: Connections): boolean {
    const key = `${what} ${path} ${connections}`;
    const found = this.found.get(key) ?? this.compare(what, path, connections);
    this.found.set(key, found);
    return found;
  }

  /** What is not known counts as a difference. */
  private compare(what: keyof Leaves, path: Path, connections: Connections): boolean {
    const comparison = this.comparisonOf(path);
    if (comparison === undefined || (connections === 'running' && comparison.seesTwoAddresses())) return true;
    try {
      const { built, was, will } = comparison.evaluate(connections);
      if (was === undefined || will === undefined) return false;
      const { space } = built.model.matches;
      const { diagram } = space;
      const scope = built.scope(connections);
      const isUnknown = ({ verdict }: Fate) => verdict.verdict === 'unknown';
      if ([was, will].some((fates) => !diagram.isDisjoint(fates.where(isUnknown), scope))) return true;
      let set = diagram.and(
        scope,
        difference(diagram, was, will, ({ left }) => left[what]),
      );
      if (what === 'mark' || what === 'rewritten') {
        const lo = new Scope(space).link('output', space.links('output').codeOf('lo'));
        const anew = [was, will].map((fates) => fates.where(({ left }) => left.isRoutedAnew));
        set = diagram.and(set, diagram.union([lo, ...anew]));
      }
      const [from, to] = [was, will].map((fates) => fates.where(isStopped)) as [number, number];
      // A packet that is stopped leaves nothing but a mark on a connection that runs. One that passes on one side only is told where it is stopped.
      const isLeft = what === 'connectionMark' && connections === 'running';
      const silent = isLeft ? diagram.minus(diagram.or(from, to), diagram.and(from, to)) : diagram.or(from, to);
      return diagram.minus(set, silent) !== FALSE;
    } catch (error) {
      if (error instanceof NodeLimit) return true;
      throw error;
    }
  }

  private asksOn(path: Path): Asks {
    const found = this.asks.get(path) ?? asksOf(this.chains(path));
    this.asks.set(path, found);
    return found;
  }

  private leavesOn(path: Path): Leaves {
    const { before, after } = this;
    const isChanged = () => anyChange(before, after, wayOfSides([before, after], path)) !== undefined;
    const found = this.leaves.get(path) ?? leavesOf(isChanged() ? this.chains(path) : []);
    this.leaves.set(path, found);
    return found;
  }

  private chains(path: Path) {
    const sides = [this.before, this.after];
    const way = wayOfSides(sides, path);
    return [...new Set(sides.flatMap((side) => chainsOn(side, way)))];
  }
}

const MARKS =
  'packets may leave another mark on their connection than before, and rules on this way ask for the mark that others left';
const TRACKING = 'conntrack may look at other packets than before, and rules on this way ask what it knows of others';
const LOOPBACK = 'packets may come back through lo with something else than before, and rules on this way ask for it';

function isStopped({ verdict: { verdict } }: Fate): boolean {
  return verdict === 'drop' || verdict === 'reject';
}
