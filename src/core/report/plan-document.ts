import { createHash } from 'node:crypto';
import { approvalOf, approvalOfOne } from '../approval/approval-of.ts';
import type { PlanClass } from '../approval/types.ts';
import { ownerOf } from '../ownership/known-programs.ts';
import { hasChanges } from '../plan/count-changes.ts';
import { tableSteps } from '../plan/in-order.ts';
import { printReverse, printStepEdits } from '../plan/step-edits.ts';
import type { Plan, Step, TableStep } from '../plan/types.ts';
import { listChanges } from '../plan/view/list-changes.ts';
import { setAddress } from '../plan/view/set-change.ts';
import type { ResourceChange, Side } from '../plan/view/types.ts';
import { parseRule } from '../rule-text/parse-rule.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES } from '../rules/types.ts';
import { selectionWords } from '../selection/selection-words.ts';
import { wholeTransition } from '../transitions/transitions.ts';
import { checkDocuments } from './check-documents.ts';
import { connectionsDocument } from './connections-document.ts';
import { declaredDocuments } from './declared-document.ts';
import { anewDocuments, madeInDocument } from './made-anew-document.ts';
import { summaryOf } from './summary-of.ts';
import { trafficDocument } from './traffic-document.ts';
import type { ClassDocument, PlanDocument, PlanReport } from './types.ts';

/** The document of `fw show FILE --json`, with the keys of `terraform show -json` where there is such a thing. */
export function planDocument(report: PlanReport): PlanDocument {
  const { plan, commit } = report;
  return {
    format_version: '1.0',
    kind: 'plan',
    fw_version: report.fw_version,
    created: report.created,
    expires: report.expires,
    host: report.host,
    operator: report.operator,
    config: { state: report.state, commit: commit?.id ?? null, dirty: commit?.dirty ?? null },
    errored: false,
    complete: true,
    applyable: hasChanges(plan),
    transition: wholeTransition(report.transitions) ?? null,
    transitions: report.transitions.map(({ namespace, from, to }) => ({
      namespace: namespaceLabel(namespace),
      from,
      to,
      approval: approvalOfOne({ from, to }, report),
    })),
    signature: report.signature ?? null,
    approval: approvalOf(report) ?? null,
    class: classDocument(report.judge()),
    targets: targetsOf(plan),
    resource_changes: listChanges(plan).map(withFields),
    foreign: plan.foreign.map(({ namespace, family, table, chain, rules }) => ({
      namespace: namespaceLabel(namespace),
      family,
      table,
      chain,
      rules,
      owner: ownerOf(chain) ?? null,
    })),
    checks: checkDocuments(report),
    selection: report.selection === undefined ? [] : selectionWords(report.selection),
    declared: declaredDocuments(report.declared ?? []),
    anew: anewDocuments(report.anew ?? []),
    traffic: report.traffic?.map(trafficDocument) ?? null,
    connections: report.counted?.map(connectionsDocument) ?? null,
    ends_connections: endsIn(report),
    made_in: report.made_in === undefined ? null : madeInDocument(report.made_in),
    diagnostics: report.diagnostics,
    summary: summaryOf(plan),
    artifacts: {
      restore: plan.steps.map((step) => artifact(step, printStepEdits(step))),
      rollback: plan.steps.map((step) => artifact(step, printReverse(step))),
    },
  };
}

/** A change whose rules stand in fields as well. */
function withFields(one: ResourceChange): ResourceChange {
  if (one.type === 'set') return one;
  const { before, after } = one.change;
  return { ...one, change: { ...one.change, before: parsedSide(before), after: parsedSide(after) } };
}

function parsedSide(side: Side | null): Side | null {
  return side !== null && 'rule' in side ? { ...side, parsed: parseRule(side.rule) } : side;
}

/** Names of namespaces, each once. */
function endsIn({ connections = [] }: PlanReport): readonly string[] {
  return [...new Set(connections.flatMap(({ namespaces }) => namespaces.map(namespaceLabel)))];
}

/** The class of a plan under the names of documents and the stream. */
export function classDocument(found: PlanClass | null): ClassDocument | null {
  if (found === null) return null;
  return { name: found.class, counts: found.counts, over: found.over };
}

function targetsOf(plan: Plan): PlanDocument['targets'] {
  const steps = new Map<string, TableStep[]>();
  for (const step of tableSteps(plan)) {
    const key = `${namespaceLabel(step.namespace)} ${step.family}`;
    steps.set(key, [...(steps.get(key) ?? []), step]);
  }
  return plan.namespaces.flatMap(({ namespace, backend, rules }) =>
    FAMILIES.map((family) => {
      const own = steps.get(`${namespaceLabel(namespace)} ${family}`) ?? [];
      const tables = Object.fromEntries(own.map(({ table, digests: { before, after } }) => [table, { before, after }]));
      return { namespace: namespaceLabel(namespace), family, backend, rules: rules[family], tables };
    }),
  );
}

function artifact(step: Step, text: string): { readonly target: string; readonly sha256: string } {
  const target = 'set' in step ? setAddress(step) : `${namespaceLabel(step.namespace)}/${step.family}/${step.table}`;
  return { target, sha256: createHash('sha256').update(text).digest('hex') };
}
