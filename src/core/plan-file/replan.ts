import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { countRules } from '../generation/count-packets.ts';
import type { Generation } from '../generation/types.ts';
import { assemble, type NamespaceInput } from '../plan/assemble.ts';
import { inOrder, setSteps, tableSteps } from '../plan/in-order.ts';
import { stepLabel } from '../plan/progress.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { isSelected } from '../selection/is-selected.ts';
import type { KeptSet } from '../sets/ipset/types.ts';
import { differences, withLiveCounters, withOrigins } from './compare-with-made.ts';
import type { PlanFile } from './types.ts';

type PlannedAnew = {
  /** Where the kernel asks for something else than the file shows; then nothing of the rest is to be used. */
  readonly output: readonly string[];
  /** With the rows of the file, which were proven against its tables, and all else from what is live. */
  readonly plan: Plan;
  /** What becomes the generation. */
  readonly namespaces: Generation['namespaces'];
  readonly warnings: readonly Diagnostic[];
};

/**
 * Plans what a file declares from what is live. Texts, ways back, counters, what belongs to whom and what was there before are never those of
 * the file.
 */
export function planAnew(file: PlanFile, inputs: readonly NamespaceInput[]): PlannedAnew {
  const { selection } = file;
  const made = assemble(inputs, {
    context: 0,
    originOf: noOrigin,
    ...(selection === undefined
      ? {}
      : { isSelected: (namespace, family, table) => isSelected(selection, namespaceLabel(namespace), family, table) }),
  });
  const output = [
    ...made.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    ...differences(file.plan, made.plan),
  ];
  const shown = new Map(tableSteps(file.plan).map((step) => [stepLabel(step), step.chains]));
  const tables = tableSteps(made.plan).map((step) => {
    const chains = shown.get(stepLabel(step));
    return chains === undefined ? step : { ...step, chains: withLiveCounters(chains, step.before) };
  });
  return {
    output,
    plan: { ...made.plan, steps: inOrder(tables, withOrigins(setSteps(made.plan), setSteps(file.plan))) },
    namespaces: declaredNow(file.namespaces, inputs),
    warnings: made.warnings,
  };
}

/** Claims of a file have no spans, so this is never called. */
function noOrigin(): string {
  throw new Error('Bug: a rule of a plan file has no place of its own');
}

/** Of a set that others fill, options that the state says nothing about are as they are live. */
function withLiveHeader(set: KeptSet, input: NamespaceInput | undefined): KeptSet {
  const wanted = input?.sets.find(({ name }) => name === set.name)?.desired;
  return wanted === undefined ? set : { ...set, header: wanted.header };
}

/** What the file declares, with what its rules have matched by now. */
function declaredNow(declared: Generation['namespaces'], inputs: readonly NamespaceInput[]): Generation['namespaces'] {
  return declared.map(({ counted: _, ...kept }, index) => {
    const input = inputs[index];
    const counted = input === undefined ? [] : countRules(input);
    return {
      ...kept,
      sets: kept.sets.map((set) => withLiveHeader(set, input)),
      ...(counted.length === 0 ? {} : { counted }),
    };
  });
}
