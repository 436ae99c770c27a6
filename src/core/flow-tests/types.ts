import type { Expectation } from '../desired/types.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Connections, Flow, FlowProof, Outcome, Path, RulePlace } from '../packets/types/traffic.ts';
import type { Family } from '../rules/types.ts';
import type { FindOrigin } from '../traffic/rule-origins.ts';

/** Whether what is expected holds for each packet of a flow: see `proveFlow` and its twins. */
export type Prove = (
  firewall: Firewall,
  path: Path,
  connections: Connections,
  flow: FlowPattern,
  options: { readonly nodes: number },
) => FlowProof;

export type Provers = {
  readonly [Kind in Expectation['kind'] | 'arrives' | 'found' | 'unseen' | 'unseen answers']: Prove;
};

/** One family of one namespace whose rules are tested. */
export type TestedFirewall = {
  readonly namespace: string;
  readonly family: Family;
  readonly firewall: Firewall | { readonly unknown: string };
  /** With the plan conntrack begins to look at connections, or at some of them: those that run are new to it. */
  readonly beginsTracking?: true;
  /** Where a rule was written. */
  readonly find: FindOrigin;
  /** Name in the kernel of a set, by the name that a state gives it. */
  readonly setNames: ReadonlyMap<string, string>;
};

export type TestOutcome =
  | { readonly kind: 'holds'; readonly by: readonly RulePlace[] }
  | {
      readonly kind: 'fails';
      readonly flows: readonly Flow[];
      /** Flows that are not listed. */
      readonly more: number;
      readonly outcome: Outcome;
      /** One of the packets, as words of `fw trace`. */
      readonly example?: readonly string[];
    }
  | { readonly kind: 'not-judged'; readonly because: string };

/** What came of one expectation, in namespaces where the same came of it. */
export type TestResult = Omit<Expectation, 'span'> & {
  /** Number of the test, from 1, in the order in which they are written. */
  readonly test: number;
  readonly name?: string;
  readonly origin: string;
  readonly namespaces: readonly string[];
  readonly families: readonly Family[];
  readonly result: TestOutcome;
};
