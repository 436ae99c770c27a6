import { probeLabel } from '../desired/probe-label.ts';
import type { PlannedCheck } from '../desired/types.ts';
import type { Finding } from '../guards/finding.ts';
import { GUARDS } from '../guards/registry.ts';
import { splitOrigin } from '../plan/view/placed.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { CheckDocument, PlanReport, ProbeDocument, Problem } from './types.ts';

/** What each guard says, then the checks that an apply will run. `unknown` is what only the apply can tell. */
export function checkDocuments({ findings, unjudged, checks }: PlanReport): readonly CheckDocument[] {
  return [
    ...GUARDS.map(({ id }): CheckDocument => {
      const problems = findings.filter((finding) => finding.id === id).map(problemOf);
      const status = problems.length > 0 ? 'fail' : unjudged.includes(id) ? 'unknown' : 'pass';
      return { address: `guard/${id}`, kind: 'guard', status, problems, probe: null };
    }),
    ...checks.map(
      (check): CheckDocument => ({
        address: `check/${check.name ?? `${probeLabel(check.probe)} from ${namespaceLabel(check.from)}`}`,
        kind: 'check',
        status: 'unknown',
        problems: [],
        probe: probeDocument(check),
      }),
    ),
  ];
}

export function problemOf({ title, namespace, families, table, chain, set, evidence, flag }: Finding): Problem {
  return {
    message: title,
    namespace: namespaceLabel(namespace),
    families,
    table: table ?? null,
    chain: chain ?? null,
    set: set ?? null,
    evidence,
    flag,
  };
}

/** A check in full: what is run or reached, from where, and what passes. */
function probeDocument({ name, probe, from, retries, timeoutMs, waitMs, origin }: PlannedCheck): ProbeDocument {
  return {
    name: name ?? null,
    kind: probe.kind,
    command: probe.kind === 'command' ? probe.words : null,
    host: probe.kind === 'tcp' ? probe.host : null,
    port: probe.kind === 'tcp' ? probe.port : null,
    url: probe.kind === 'http' ? probe.url : null,
    status: probe.kind === 'http' ? (probe.status ?? null) : null,
    from: namespaceLabel(from),
    timeout_ms: timeoutMs,
    retries,
    wait_ms: waitMs,
    source: splitOrigin(origin),
  };
}
