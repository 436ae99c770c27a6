import type { DesiredState } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { chainSpans, desiredOptions, unusedSets } from '../../core/lint-findings/desired-facts.ts';
import { applyIgnores } from '../../core/lint-findings/ignores.ts';
import { joined, lintFirewalls } from '../../core/lint-findings/lint-firewalls.ts';
import type { LintedFirewall, LintResult } from '../../core/lint-findings/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type Namespace } from '../../core/rules/types.ts';
import { isNamespaceSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { firewallsOfState } from '../flow-tests/test-desired.ts';
import { machineRules } from '../live/live-source.ts';
import { loadDesired } from '../state/load-desired.ts';
import type { GivenValues } from '../state/load-values.ts';

/** Warnings of a state that findings tell better. */
const TOLD_BY_FINDINGS: ReadonlySet<string> = new Set([
  'state.duplicate-rule',
  'state.unreachable-rule',
  'state.unused-chain',
]);

export type LintRunOptions = {
  readonly state: string;
  readonly allowEmpty: boolean;
  readonly given?: GivenValues;
  readonly live: boolean;
  /** Which namespaces; with `live` the host unless some are named. */
  readonly selection: Selection;
};

export type LintRun = LintResult & {
  /** What was judged, in words that end a sentence. */
  readonly about: string;
  readonly sources: Sources;
  readonly warnings: readonly Diagnostic[];
};

/** Judges the rules that a state asks for, or those that are live. Throws where they cannot be read, never because of what it finds. */
export function runLint(ports: Ports, options: LintRunOptions): Promise<LintRun> {
  return options.live ? lintLive(ports, options) : lintDesired(ports, options);
}

async function lintDesired(ports: Ports, { state, allowEmpty, given, selection }: LintRunOptions): Promise<LintRun> {
  const loaded = await loadDesired(ports, {
    path: state,
    allowEmpty,
    existing: undefined,
    ...(given === undefined ? {} : { given }),
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
    const tables = firewalls
      .filter(({ namespace }) => namespace === namespaceLabel(own.namespace))
      .flatMap(({ firewall }) => ('unknown' in firewall ? [] : firewall.tables));
    return unusedSets(desired, own, tables, originOf);
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

async function lintLive(ports: Ports, { selection }: LintRunOptions): Promise<LintRun> {
  const source = machineRules(ports);
  const host: Namespace = { kind: 'host' };
  const all = [host, ...(await source.namespaces()).map((name): Namespace => ({ kind: 'named', name }))];
  const chosen =
    selection.namespaces.length === 0
      ? [host]
      : all.filter((one) => isNamespaceSelected(selection, namespaceLabel(one)));
  if (chosen.length === 0) throw new FwError('usage', `no namespace is called ${selection.namespaces.join(', ')}`);
  const read = await source.read(
    chosen.map((namespace) => ({ namespace, backend: 'auto' as const, owners: [], declared: [] })),
  );
  const firewalls = read.live.flatMap(({ namespace, backend, rulesets, hidden = [] }) =>
    FAMILIES.map((family): LintedFirewall => {
      const own = hidden.find((one) => one.family === family);
      const unknown = `iptables-save does not show table ${own?.table} as it is`;
      return {
        namespace: namespaceLabel(namespace),
        family,
        firewall:
          own === undefined
            ? { family, backend, tables: rulesets[family].tables, sets: [], settings: {} }
            : { unknown },
        find: () => undefined,
        options: {},
      };
    }),
  );
  return {
    about: `the live rules of ${chosen.map(namespaceLabel).join(', ')}`,
    ...lintFirewalls(firewalls),
    sources: new Map(),
    warnings: read.unproven,
  };
}
