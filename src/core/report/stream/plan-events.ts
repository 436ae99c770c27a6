import { approvalOf } from '../../approval/approval-of.ts';
import type { Region, Traffic } from '../../packets/types/traffic.ts';
import { hasChanges } from '../../plan/count-changes.ts';
import { listChanges } from '../../plan/view/list-changes.ts';
import type { ResourceChange } from '../../plan/view/types.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { FAMILIES } from '../../rules/types.ts';
import { checkDocuments, problemOf } from '../check-documents.ts';
import { type ConnectionsDocument, connectionsDocument } from '../connections-document.ts';
import { anewDocuments } from '../made-anew-document.ts';
import { classDocument } from '../plan-document.ts';
import { summaryOf } from '../summary-of.ts';
import { trafficDocument } from '../traffic-document.ts';
import type { PlacedDiagnostic, PlanReport, SummaryDocument } from '../types.ts';
import type { StreamEvent } from './types.ts';

/** A plan as a stream: what was read, warnings, every change, the guards, the sums. */
export function* planEvents(report: PlanReport, operation: 'plan' | 'apply'): Generator<StreamEvent> {
  for (const { namespace, backend, rules } of report.plan.namespaces) {
    for (const family of FAMILIES) {
      const target = { namespace: namespaceLabel(namespace), family, backend, rules: rules[family] };
      const message = `${target.namespace} ${family}: ${target.rules} rules read (${backend})`;
      yield { type: 'target_read', level: 'info', message, fields: { target } };
    }
  }
  for (const anew of anewDocuments(report.anew ?? [])) {
    const since = anew.generation === null ? `the ${anew.since} of ${anew.at}` : `generation ${anew.generation}`;
    const message = `${anew.namespace} is not the namespace of ${since}: ${anew.why}`;
    yield { type: 'namespace_anew', level: 'info', message, fields: { anew } };
  }
  for (const diagnostic of report.diagnostics) yield diagnosticEvent(diagnostic);
  for (const change of listChanges(report.plan)) yield changeEvent(change);
  for (const one of report.traffic ?? []) yield trafficEvent(one);
  for (const one of report.counted ?? []) yield connectionsEvent(connectionsDocument(one));
  for (const { address, probe } of checkDocuments(report)) {
    if (probe === null || !hasChanges(report.plan)) continue;
    const isCommand = probe.command !== null;
    const message = `${address}: ${isCommand ? 'runs a program as root' : 'is tried'} after the apply`;
    yield {
      type: 'planned_check',
      level: isCommand ? 'warn' : 'info',
      message,
      fields: { check: { address, ...probe } },
    };
  }
  for (const finding of report.findings) {
    const problem = problemOf(finding);
    const message = `${finding.id}: ${problem.message} in ${problem.namespace}, needs ${problem.flag}`;
    yield { type: 'guard', level: 'warn', message, fields: { guard: { id: finding.id, ...problem } } };
  }
  const { namespaces, ...counts } = summaryOf(report.plan);
  const message = `Plan: ${counts.add} to add, ${counts.change} to change, ${counts.move} to move, ${counts.remove} to remove${setsText(counts)}.`;
  const approval = approvalOf(report) ?? null;
  const changes = { ...counts, namespaces, operation, class: classDocument(report.judge()), approval };
  yield { type: 'change_summary', level: 'info', message, fields: { changes } };
}

/** What the plan does to traffic in namespaces that change alike. */
function trafficEvent(traffic: Traffic): StreamEvent {
  const regions = traffic.paths.flatMap((path) => path.regions);
  const count = (effect: Region['effect']) => regions.filter((region) => region.effect === effect).length;
  const counts = `${count('opened')} opened, ${count('closed')} closed, ${count('other')} other`;
  const isProved = traffic.paths.every(({ claim }) => claim.kind === 'exact');
  const message = `traffic of ${traffic.namespaces.join(', ')}: ${counts}${isProved ? '' : ', and not all paths are judged in full'}`;
  return { type: 'traffic', level: 'info', message, fields: { traffic: trafficDocument(traffic) } };
}

/** The running connections of one family of one namespace that the plan refuses. */
function connectionsEvent(connections: ConnectionsDocument): StreamEvent {
  const { namespace, family, because, judged, refused } = connections;
  const found = because === null ? `${refused} of ${judged} would be refused` : `not counted: ${because}`;
  return {
    type: 'connections',
    level: 'info',
    message: `running connections of ${namespace} ${family}: ${found}`,
    fields: { connections },
  };
}

export function diagnosticEvent(diagnostic: PlacedDiagnostic): StreamEvent {
  const level = diagnostic.severity === 'error' ? 'error' : 'warn';
  return { type: 'diagnostic', level, message: diagnostic.summary, fields: { diagnostic } };
}

function setsText(counts: Omit<SummaryDocument, 'namespaces'>): string {
  const sets = counts.sets_added + counts.sets_changed + counts.sets_removed;
  if (sets === 0) return '';
  return `, ${sets} ${sets === 1 ? 'set' : 'sets'} (+${counts.entries_added} -${counts.entries_removed} entries)`;
}

function changeEvent(change: ResourceChange): StreamEvent {
  const [action] = change.change.actions;
  return {
    type: 'planned_change',
    level: 'info',
    message: `${change.address}: plan to ${action}`,
    fields: { change: { resource: { addr: change.address }, action, ...change } },
  };
}
