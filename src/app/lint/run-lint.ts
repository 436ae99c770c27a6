import type { DesiredState } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { chainSpans, desiredOptions, unusedSets } from '../../core/lint-findings/desired-facts.ts';
import { applyIgnores } from '../../core/lint-findings/ignores.ts';
import { joined, lintFirewalls } from '../../core/lint-findings/lint-firewalls.ts';
import type { LintedFirewall } from '../../core/lint-findings/types.ts';
import { ruleTexts } from '../../core/rule-text/rule-texts.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { isNamespaceSelected } from '../../core/selection/is-selected.ts';
import type { Ports } from '../../ports/ports.ts';
import { firewallsOfState } from '../flow-tests/test-desired.ts';
import { loadDesired } from '../state/load-desired.ts';
import { lintLive } from './lint-live.ts';
import type { LintRun, LintRunOptions } from './types.ts';

/** Warnings of a state that findings tell better. */
const TOLD_BY_FINDINGS: ReadonlySet<string> = new Set([
  'state.duplicate-rule',
  'state.unreachable-rule',
  'state.unused-chain',
]);

/** Judges the rules that a state asks for, or those that are live. Throws where they cannot be read, never because of what it finds. */
export function runLint(ports: Ports, options: LintRunOptions): Promise<LintRun> {
  return options.live ? lintLive(ports, options) : lintDesired(ports, options);
}

/** Where there is no state yet, the rules that are there can be judged. */
function withLive(error: unknown): unknown {
  if (!(error instanceof FwError) || error.code !== 'state.missing') return error;
  const next = `${error.next} To judge the live rules instead: fw lint --live.`;
  return new FwError('state.missing', error.message, { next, cause: error });
}

async function lintDesired(ports: Ports, { state, allowEmpty, given, selection }: LintRunOptions): Promise<LintRun> {
  const loaded = await loadDesired(ports, {
    path: state,
    allowEmpty,
    existing: undefined,
    ...(given === undefined ? {} : { given }),
  }).catch((error: unknown) => {
    throw withLive(error);
  });
  const { sources, diagnostics } = loaded;
  const chosen = loaded.desired.namespaces.filter(({ namespace }) =>
    isNamespaceSelected(selection, namespaceLabel(namespace)),
  );
  const desired: DesiredState = { ...loaded.desired, namespaces: chosen };
  const originOf = createOrigin(createLocator(sources));
  const firewalls = (await firewallsOfState(ports, { desired, sources })).flatMap((one): readonly LintedFirewall[] => {
    const own = chosen.find(({ namespace }) => namespaceLabel(namespace) === one.namespace);
    if (own === undefined) return [];
    const spans = chainSpans(own, one.family);
    const find: LintedFirewall['find'] = (rule) => {
      const span = rule.number === undefined ? spans.get(`${rule.table} ${rule.chain}`) : undefined;
      return span === undefined ? one.find(rule) : originOf(span);
    };
    return [{ ...one, find, options: desiredOptions(own, one.family) }];
  });
  const { findings, gaps } = lintFirewalls(firewalls);
  const sets = chosen.flatMap((own) => {
    const rules = firewalls
      .filter(({ namespace }) => namespace === namespaceLabel(own.namespace))
      .map(({ firewall }) => ('unknown' in firewall ? undefined : firewall.tables));
    // Rules that are not known may name any set.
    if (rules.length === 0 || rules.includes(undefined)) return [];
    const tables = rules.flatMap((one) => one ?? []);
    return unusedSets(desired, own, ruleTexts(tables), originOf);
  });
  const isWhole = gaps.length === 0 && chosen.length === loaded.desired.namespaces.length;
  return {
    about: `the state at ${state}, as on a machine without other rules`,
    findings: applyIgnores([...findings, ...joined(sets)], sources, isWhole),
    gaps,
    sources,
    warnings: diagnostics.filter(({ code }) => !TOLD_BY_FINDINGS.has(code)),
  };
}
