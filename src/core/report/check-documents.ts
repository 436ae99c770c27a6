import { probeLabel } from '../desired/probe-label.ts';
import type { Finding } from '../guards/finding.ts';
import { GUARDS } from '../guards/registry.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { probeDocument } from './probe-document.ts';
import type { CheckDocument, PlanReport, Problem } from './types.ts';

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
