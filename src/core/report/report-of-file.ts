import { judgeOnce } from '../approval/judge-once.ts';
import { promisesOf } from '../desired/promises-of.ts';
import { emptyNamespaces } from '../generation/empty-namespaces.ts';
import { checkGuards } from '../guards/check-guards.ts';
import type { GuardId } from '../guards/finding.ts';
import { GUARDS } from '../guards/registry.ts';
import type { Plan } from '../plan/types.ts';
import { liveOfFile } from '../plan-file/live-of-file.ts';
import type { PlanFile } from '../plan-file/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { isSelected } from '../selection/is-selected.ts';
import { trafficOnce } from '../traffic/traffic-of-plan.ts';
import type { PlacedDiagnostic, PlanReport, SignatureFacts } from './types.ts';

const UNJUDGED: readonly GuardId[] = GUARDS.flatMap(({ id, needsMachine }) => (needsMachine === true ? [id] : []));

/** What becomes the generation: of a part of the state only what the part covers, see `mergeGeneration`. */
function selected({ namespaces, selection }: PlanFile): PlanFile['namespaces'] {
  if (selection === undefined) return namespaces;
  return namespaces.map((kept) => ({
    ...kept,
    claims: kept.claims.filter(({ family, table }) =>
      isSelected(selection, namespaceLabel(kept.namespace), family, table),
    ),
  }));
}

/** What a saved plan says about itself, the same on every machine. */
export function reportOfFile(file: PlanFile, withTraffic = true, signature?: SignatureFacts): PlanReport {
  const findings = checkGuards(file.plan, {
    standing: file.standing ?? [],
    emptyDesired: emptyNamespaces(file.namespaces),
  });
  const traffic = trafficOnce(file.plan, { live: liveOfFile(file), supposing: 'untouched-as-declared' });
  const { warnings = [] } = file;
  const isTold = warnings.some(({ code }) => code === 'live.other-backend');
  return {
    fw_version: file.fw_version,
    created: file.created,
    expires: file.expires,
    host: file.host,
    operator: file.operator,
    state: file.state,
    ...(file.state_name === undefined ? {} : { state_name: file.state_name }),
    ...(file.state_path === undefined ? {} : { state_path: file.state_path }),
    commit: file.commit,
    transitions: file.transitions,
    plan: file.plan,
    checks: file.checks,
    ...promisesOf(file),
    declared: selected(file),
    ...(file.made_in === undefined ? {} : { made_in: file.made_in }),
    ...(file.selection === undefined ? {} : { selection: file.selection }),
    ...(withTraffic ? { traffic: traffic() } : {}),
    judge: judgeOnce(file.plan, file.checks, traffic),
    findings: findings.filter(({ id }) => !UNJUDGED.includes(id)),
    ...(signature === undefined ? {} : { signature }),
    unjudged: UNJUDGED.filter((id) => id !== 'FWG08' || file.tests !== undefined || file.reachable !== undefined),
    diagnostics: [...warnings, ...(isTold ? [] : otherBackends(file.plan))],
  };
}

/** The rules of another backend are not in a plan; that there were some is. */
function otherBackends({ namespaces }: Plan): readonly PlacedDiagnostic[] {
  return namespaces.flatMap(({ namespace, backend, alsoHeldBy }): PlacedDiagnostic[] => {
    if (alsoHeldBy === undefined) return [];
    const summary = `${namespaceLabel(namespace)} had rules of the ${alsoHeldBy} backend beside those of ${backend}: packets meet both, and fw manages only ${backend} here`;
    return [{ severity: 'warning', code: 'live.other-backend', summary, detail: '', range: null }];
  });
}
