import type { Expectation } from '../desired/types.ts';
import { traceWords } from '../flow-tests/explain.ts';
import type { TestResult } from '../flow-tests/types.ts';
import type { Flow, Path, RulePlace } from '../packets/types/traffic.ts';
import { splitOrigin } from '../plan/view/placed.ts';
import type { Family, TableName } from '../rules/types.ts';
import type { PlacedDiagnostic, Source } from './types.ts';

/** A rule or a policy: then `number` is null. */
export type RuleDocument = {
  readonly table: TableName;
  readonly chain: string;
  readonly number: number | null;
  readonly text: string;
  readonly source: Source | null;
};

/** What came of one expectation. */
export type ExpectationDocument = {
  /** Number of the test, from 1. */
  readonly test: number;
  readonly name: string | null;
  readonly kind: Expectation['kind'];
  readonly path: Path;
  readonly flow: string;
  readonly namespaces: readonly string[];
  readonly families: readonly Family[];
  readonly source: Source | null;
  /** `not-judged` counts as a failure. */
  readonly status: 'holds' | 'fails' | 'not-judged';
  /** The rules that decide where it holds; the one that decides otherwise where it does not. */
  readonly by: readonly RuleDocument[];
  /** What becomes of the packets for which it fails. */
  readonly verdict: string | null;
  readonly flows: readonly Flow[];
  /** Flows that are not listed. */
  readonly more: number;
  /** Why it is not judged. */
  readonly because: string | null;
  /** One of the packets, as a command. */
  readonly example: readonly string[] | null;
};

export type TestsDocument = {
  readonly format_version: '1.0';
  readonly kind: 'tests';
  readonly fw_version: string;
  readonly about: string;
  readonly summary: TestCounts;
  readonly expectations: readonly ExpectationDocument[];
  readonly diagnostics: readonly PlacedDiagnostic[];
};

export type TestCounts = {
  readonly tests: number;
  readonly expectations: number;
  readonly hold: number;
  readonly fail: number;
  readonly not_judged: number;
};

/** `fw test --json`. */
export function testsDocument(
  { about, results }: { readonly about: string; readonly results: readonly TestResult[] },
  diagnostics: readonly PlacedDiagnostic[],
  fwVersion: string,
): TestsDocument {
  return {
    format_version: '1.0',
    kind: 'tests',
    fw_version: fwVersion,
    about,
    summary: countTests(results),
    expectations: results.map(expectationDocument),
    diagnostics,
  };
}

/** An expectation counts once, and as the worst that came of it in any namespace and family. */
export function countTests(results: readonly TestResult[]): TestCounts {
  const worst = new Map<string, TestResult['result']['kind']>();
  for (const { test, kind, path, flow, origin, result } of results) {
    const key = JSON.stringify([test, kind, path, flow, origin]);
    const known = worst.get(key) ?? 'holds';
    worst.set(key, GRAVITY.indexOf(result.kind) > GRAVITY.indexOf(known) ? result.kind : known);
  }
  const count = (kind: TestResult['result']['kind']) => [...worst.values()].filter((one) => one === kind).length;
  return {
    tests: new Set(results.map(({ test }) => test)).size,
    expectations: worst.size,
    hold: count('holds'),
    fail: count('fails'),
    not_judged: count('not-judged'),
  };
}

const GRAVITY: readonly TestResult['result']['kind'][] = ['holds', 'not-judged', 'fails'];

function expectationDocument({ name, origin, result, ...rest }: TestResult): ExpectationDocument {
  const about = { ...rest, name: name ?? null, source: splitOrigin(origin) };
  const none = { by: [], verdict: null, flows: [], more: 0, because: null, example: null };
  switch (result.kind) {
    case 'holds':
      return { ...about, ...none, status: 'holds', by: result.by.map(ruleDocument) };
    case 'not-judged':
      return { ...about, ...none, status: 'not-judged', because: result.because };
    case 'fails': {
      const { outcome, flows, more, example } = result;
      return {
        ...about,
        ...none,
        status: 'fails',
        by: [ruleDocument(outcome.by)],
        verdict: outcome.verdict,
        flows,
        more,
        example: example === undefined ? null : traceWords(example, rest.namespaces),
      };
    }
    default:
      return result satisfies never;
  }
}

function ruleDocument({ table, chain, number, text, origin }: RulePlace): RuleDocument {
  return { table, chain, number: number ?? null, text, source: origin === undefined ? null : splitOrigin(origin) };
}
