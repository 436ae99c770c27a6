import type { BackendChoice, DesiredState } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { chainSpans, desiredOptions, unusedSets } from '../../core/lint-findings/desired-facts.ts';
import { applyIgnores } from '../../core/lint-findings/ignores.ts';
import { joined, lintFirewalls } from '../../core/lint-findings/lint-firewalls.ts';
import type { LintedFirewall, LintGap, LintResult } from '../../core/lint-findings/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES } from '../../core/rules/types.ts';
import { isNamespaceSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { firewallsOfState } from '../flow-tests/test-desired.ts';
import { readForImport } from '../import/read-for-import.ts';
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
  /** Of the live rules. */
  readonly backend: BackendChoice;
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
    const rules = firewalls
      .filter(({ namespace }) => namespace === namespaceLabel(own.namespace))
      .map(({ firewall }) => ('unknown' in firewall ? undefined : firewall.tables));
    // Rules that are not known may name any set.
    if (rules.length === 0 || rules.includes(undefined)) return [];
    const tables = rules.flatMap((one) => one ?? []);
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

async function lintLive(ports: Ports, { selection, backend }: LintRunOptions): Promise<LintRun> {
  const names = selection.namespaces.length === 0 ? ['host'] : selection.namespaces;
  const live = await readForImport(ports, names, backend);
  const firewalls = live.flatMap(({ namespace, backend: own, rulesets, hidden = [] }) =>
    FAMILIES.map((family): LintedFirewall => {
      const unread = hidden.find((one) => one.family === family);
      return {
        namespace: namespaceLabel(namespace),
        family,
        firewall:
          unread === undefined
            ? { family, backend: own, tables: rulesets[family].tables, sets: [], settings: {} }
            : { unknown: `iptables-save does not show table ${unread.table} as it is` },
        find: () => undefined,
        options: {},
      };
    }),
  );
  const { findings, gaps } = lintFirewalls(firewalls);
  const others = live.flatMap(({ namespace, alsoHeldBy }): readonly LintGap[] => {
    if (alsoHeldBy === undefined) return [];
    const because = `the ${alsoHeldBy} backend holds rules as well; --backend ${alsoHeldBy} judges those`;
    return [{ namespaces: [namespaceLabel(namespace)], families: FAMILIES, place: null, because }];
  });
  return {
    about: `the live rules of ${live.map(({ namespace }) => namespaceLabel(namespace)).join(', ')}`,
    findings,
    gaps: [...gaps, ...joined(others)],
    sources: new Map(),
    warnings: [],
  };
}
