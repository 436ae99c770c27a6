import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagram } from '../../src/core/packets/diagram/diagram.ts';
import { NodeLimit } from '../../src/core/packets/diagram/node-limit.ts';
import { FALSE, HOLE, TRUE } from '../../src/core/packets/diagram/node-table.ts';
import { takeApart } from '../../src/core/packets/space/apart.ts';

const SEED = 20261129;
const VARIABLES = 5;
const ROWS = 1 << VARIABLES;

/** A truth table: the terminal of each assignment, of which bit 0 is variable 0. */
const table = (most: number) => fc.array(fc.nat(most), { minLength: ROWS, maxLength: ROWS });
const set = table(1);
const values = table(4);

function build(diagram: Diagram, rows: readonly number[], terminals: readonly number[]): number {
  const at = (variable: number, row: number): number =>
    variable === VARIABLES
      ? (terminals[rows[row] ?? 0] ?? FALSE)
      : diagram.make(variable, at(variable + 1, row), at(variable + 1, row | (1 << variable)));
  return at(0, 0);
}

function read(diagram: Diagram, root: number): readonly number[] {
  return Array.from({ length: ROWS }, (_, row) => {
    let node = root;
    while (!diagram.isTerminal(node)) {
      node = (row >> diagram.variableOf(node)) & 1 ? diagram.highOf(node) : diagram.lowOf(node);
    }
    return node;
  });
}

function made(): { diagram: Diagram; terminals: readonly number[] } {
  const diagram = new Diagram();
  return { diagram, terminals: [FALSE, TRUE, HOLE, diagram.terminal(), diagram.terminal()] };
}

describe('diagrams', () => {
  test('operations on sets are those of truth tables', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const { diagram, terminals } = made();
        const [x, y] = [build(diagram, a, terminals), build(diagram, b, terminals)];
        expect(read(diagram, diagram.and(x, y))).toEqual(a.map((bit, row) => bit & (b[row] ?? 0)));
        expect(read(diagram, diagram.or(x, y))).toEqual(a.map((bit, row) => bit | (b[row] ?? 0)));
        expect(read(diagram, diagram.minus(x, y))).toEqual(a.map((bit, row) => bit & ~(b[row] ?? 0)));
        expect(read(diagram, diagram.not(x))).toEqual(a.map((bit) => 1 - bit));
        expect(diagram.union([x, y, FALSE])).toBe(diagram.or(y, x));
        expect(diagram.not(diagram.not(x))).toBe(x);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('operations on functions are those of truth tables', () => {
    fc.assert(
      fc.property(set, values, values, (inside, f, g) => {
        const { diagram, terminals } = made();
        const [s, x, y] = [inside, f, g].map((rows) => build(diagram, rows, terminals)) as [number, number, number];
        const of = (rows: readonly number[]) => rows.map((value) => terminals[value] ?? FALSE);
        const [a, b] = [of(f), of(g)];
        expect(read(diagram, diagram.guard(s, x))).toEqual(a.map((value, row) => (inside[row] === 1 ? value : HOLE)));
        expect(read(diagram, diagram.over(x, y))).toEqual(a.map((value, row) => (value === HOLE ? b[row] : value)));
        expect(read(diagram, diagram.differs(x, y))).toEqual(a.map((value, row) => Number(value !== b[row])));
        for (const terminal of terminals) {
          expect(read(diagram, diagram.where(x, terminal))).toEqual(a.map((value) => Number(value === terminal)));
          expect(read(diagram, diagram.erase(x, terminal))).toEqual(
            a.map((value) => (value === terminal ? HOLE : value)),
          );
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('simplify agrees inside of what is cared for, and forget holds every packet of the set', () => {
    fc.assert(
      fc.property(set, set, fc.nat(ROWS - 1), (a, care, mask) => {
        const { diagram, terminals } = made();
        const [x, c] = [build(diagram, a, terminals), build(diagram, care, terminals)];
        expect(diagram.and(diagram.simplify(x, c), c)).toBe(diagram.and(x, c));
        const named = diagram.forgetting((variable) => ((mask >> variable) & 1) === 1);
        const wider = Array.from({ length: ROWS }, (_, row) =>
          Number(a.some((bit, other) => bit === 1 && (other & ~mask) === (row & ~mask))),
        );
        expect(read(diagram, diagram.forget(x, named))).toEqual(wider);
        expect(diagram.meeting(x, c, named)).toBe(diagram.forget(diagram.and(x, c), named));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('forgetting all behind a variable is the same when it is told', () => {
    fc.assert(
      fc.property(set, set, fc.nat(VARIABLES - 1), (a, b, last) => {
        const { diagram, terminals } = made();
        const [x, y] = [build(diagram, a, terminals), build(diagram, b, terminals)];
        const plain = diagram.forgetting((variable) => variable > last);
        const told = diagram.forgetting((variable) => variable > last, last);
        expect(diagram.forget(x, told)).toBe(diagram.forget(x, plain));
        expect(diagram.meeting(x, y, told)).toBe(diagram.meeting(x, y, plain));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('a field is taken out of a set where its values do not depend on the others, and only there', () => {
    const field = { name: 'source', index: 0, first: 3, bits: 2 } as const;
    const asksOnly = (root: number, isAsked: (variable: number) => boolean, diagram: Diagram) =>
      diagram.forget(
        root,
        diagram.forgetting((variable) => !isAsked(variable)),
      ) === root;
    fc.assert(
      fc.property(set, set, fc.boolean(), (a, b, isProduct) => {
        const { diagram, terminals } = made();
        const [x, y] = [build(diagram, a, terminals), build(diagram, b, terminals)];
        const above = diagram.forget(
          x,
          diagram.forgetting((variable) => variable >= 3),
        );
        const below = diagram.forget(
          y,
          diagram.forgetting((variable) => variable < 3),
        );
        const whole = isProduct ? diagram.and(above, below) : x;
        const apart = takeApart(diagram, whole, field);
        if (isProduct && whole !== FALSE && below !== TRUE) expect(apart).toEqual({ alone: below, others: above });
        if (apart === undefined) return;
        expect(diagram.and(apart.others, apart.alone)).toBe(whole);
        expect(asksOnly(apart.others, (variable) => variable < 3, diagram)).toBe(true);
        expect(asksOnly(apart.alone, (variable) => variable >= 3, diagram)).toBe(true);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('ends at a number of nodes that is the same in each run', () => {
    const run = (nodes: number): number => {
      const diagram = new Diagram();
      diagram.allow(nodes);
      let parity = FALSE;
      try {
        for (let variable = 5000; variable > 0; variable -= 1) {
          parity = diagram.make(variable, parity, diagram.not(parity));
        }
      } catch (error) {
        if (!(error instanceof NodeLimit)) throw error;
        expect(error.nodes).toBe(nodes);
        return diagram.nodes;
      }
      return -1;
    };
    expect(run(3000)).toBe(3003);
    expect(run(3000)).toBe(run(3000));
  });

  test('work that makes no nodes ends too', () => {
    const diagram = new Diagram();
    diagram.allow(10);
    expect(() => {
      for (let round = 0; round < 1000; round += 1) diagram.spend(1);
    }).toThrow(NodeLimit);
  });

  test('stays right when the table and the memo have grown', () => {
    const diagram = new Diagram();
    const width = 20;
    const equal = (value: number) => {
      let node: number = TRUE;
      for (let bit = width - 1; bit >= 0; bit -= 1) {
        node = (value >> (width - 1 - bit)) & 1 ? diagram.make(bit, FALSE, node) : diagram.make(bit, node, FALSE);
      }
      return node;
    };
    const all = Array.from({ length: 4000 }, (_, at) => (at * 7919) % (1 << width));
    const sum = diagram.union(all.map(equal));
    expect(diagram.nodes).toBeGreaterThan(1 << 15);
    expect(all.every((value) => !diagram.isDisjoint(sum, equal(value)))).toBe(true);
    expect(diagram.union([...all].reverse().map(equal))).toBe(sum);
  });
});
