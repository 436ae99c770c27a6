import { type Claim, claimsByTable } from '../../core/desired/claim.ts';
import type { DesiredClaim, DesiredNamespace, DesiredRule } from '../../core/desired/types.ts';
import { byPlace, type Diagnostic, withoutRepeats } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources, Span } from '../../core/diagnostics/span.ts';
import { rateestOf } from '../../core/named-state/holders.ts';
import { describeRefused, type RefusedRule, spanKey } from '../../core/normal-form/describe-refused.ts';
import { findUnknown, type TablePair } from '../../core/normal-form/find-unknown.ts';
import { type NormalTexts, planScratch } from '../../core/normal-form/plan-scratch.ts';
import type { ScratchTable } from '../../core/normal-form/scratch-script.ts';
import { type Backend, FAMILIES, type Family, type Rule, type TableName } from '../../core/rules/types.ts';
import { createsFrom, namedSets } from '../../core/sets/headers.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import type { Kernel, Scratch } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import { loadScratchTable } from './load-scratch-table.ts';

export type Pair = { readonly desired: DesiredNamespace; readonly live: Live };

/**
 * Brings every desired rule into the form in which iptables-save prints it: a rule whose text stands in live, in the same table of
 * the same backend and family, has that form already (what save prints, restored, saves as the same text); all others are loaded
 * into a scratch namespace and read back. Throws `state.invalid` with a diagnostic for every rule that is refused there.
 */
export async function normalise(
  kernel: Kernel,
  pairs: readonly Pair[],
  sources: Sources,
): Promise<readonly (readonly Claim[])[]> {
  const jobs = planJobs(pairs);
  const normal = jobs.length === 0 ? new Map<string, NormalTexts>() : await runJobs(kernel, pairs, jobs, sources);
  const done = new Map<readonly DesiredClaim[], Map<Backend, readonly Claim[]>>();
  return pairs.map(({ desired: { claims }, live: { backend } }) => {
    const byBackend = done.get(claims) ?? new Map<Backend, readonly Claim[]>();
    done.set(claims, byBackend);
    const result = byBackend.get(backend) ?? claims.map((claim) => rewrite(claim, backend, normal));
    byBackend.set(backend, result);
    return result;
  });
}

type Job = { readonly backend: Backend; readonly family: Family; readonly table: ScratchTable };

/** One load for each table of each backend and family, over all namespaces. */
function planJobs(pairs: readonly Pair[]): readonly Job[] {
  const jobs: Job[] = [];
  for (const backend of ['nft', 'legacy'] as const) {
    const members = pairs.filter(({ live }) => live.backend === backend);
    for (const family of FAMILIES) {
      for (const [name, wanted] of groupTables(members, family)) {
        const lives = members.flatMap(({ live }) =>
          live.rulesets[family].tables.filter((table) => table.name === name),
        );
        const unknown = findUnknown(wanted, lives);
        if (unknown.size === 0) continue;
        const chains = new Set(lives.flatMap((table) => table.chains.map((chain) => chain.name)));
        const table = planScratch(name, new Set(wanted.flatMap(({ desired }) => desired)), unknown, chains);
        if (table !== undefined) jobs.push({ backend, family, table });
      }
    }
  }
  return jobs;
}

/** By table, what every namespace that declares it wants there, and what is live. */
function groupTables(members: readonly Pair[], family: Family): ReadonlyMap<TableName, TablePair[]> {
  const groups = new Map<TableName, TablePair[]>();
  for (const { desired, live } of members) {
    for (const { table, claims } of claimsByTable(desired.claims, family)) {
      const group = groups.get(table) ?? [];
      groups.set(table, group);
      group.push({ desired: claims, live: live.rulesets[family].tables.find(({ name }) => name === table) });
    }
  }
  return groups;
}

async function runJobs(
  kernel: Kernel,
  pairs: readonly Pair[],
  jobs: readonly Job[],
  sources: Sources,
): Promise<Map<string, NormalTexts>> {
  if (!kernel.isPrivileged() && jobs.some((job) => job.backend === 'legacy')) {
    throw new FwError('env.no-scratch', 'rules of the legacy backend cannot be checked without root');
  }
  const scratch = await kernel.scratch();
  try {
    await createSets(kernel, scratch, pairs, jobs);
    const declared = pairs.flatMap(({ desired }) => desired.sets.map(({ name }) => name));
    const byFamily = await Promise.all(FAMILIES.map((family) => runFamily(scratch, jobs, family, declared)));
    const refused = byFamily.flatMap((part) => part.refused);
    const others = withoutRepeats(byFamily.flatMap((part) => part.diagnostics));
    if (refused.length + others.length > 0) {
      const diagnostics = [...describeRefused(refused, findWanted(pairs), sources, findRivals(pairs)), ...others].sort(
        byPlace,
      );
      const rules = diagnostics.length === 1 ? 'a rule' : `${diagnostics.length} rules`;
      throw new FwError('state.invalid', `iptables refuses ${rules} of the state`, { diagnostics, sources });
    }
    return new Map(byFamily.flatMap((part) => [...part.texts]));
  } finally {
    await scratch.close();
  }
}

/** The families do not wait for each other; within one, a table follows the other. */
async function runFamily(scratch: Scratch, jobs: readonly Job[], family: Family, sets: readonly string[]) {
  const texts = new Map<string, NormalTexts>();
  const refused: RefusedRule[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const job of jobs.filter((candidate) => candidate.family === family)) {
    const loaded = await loadScratchTable(scratch, job.backend, family, job.table, sets);
    refused.push(...loaded.refused);
    diagnostics.push(...loaded.diagnostics);
    texts.set(jobKey(job.backend, family, job.table.table), loaded.texts);
  }
  return { texts, refused, diagnostics };
}

/** Rules that name a set load only where it exists; declared and live sets are made in the scratch namespace, empty. */
async function createSets(
  kernel: Kernel,
  scratch: Scratch,
  pairs: readonly Pair[],
  jobs: readonly Job[],
): Promise<void> {
  const wanted = namedSets(jobs.flatMap((job) => job.table.rules.map(({ rule }) => rule.text)));
  if (wanted.size === 0) return;
  const created = new Set<string>();
  for (const { name, header } of pairs.flatMap(({ desired }) => desired.sets)) {
    if (!wanted.has(name) || created.has(name)) continue;
    created.add(name);
    await scratch.restoreSets(printSetEdits([{ kind: 'create', set: name, header }]));
  }
  if (!kernel.isPrivileged()) return;
  for (const { live } of pairs) {
    const missing = new Set([...wanted].filter((name) => !created.has(name)));
    if (missing.size === 0) return;
    const creates = createsFrom((await kernel.setHeaders(live.namespace)).stdout, missing);
    if (creates.length > 0) await scratch.restoreSets(printSetEdits(creates));
    for (const { set } of creates) created.add(set);
  }
}

/** Tells whether the rule that was written in a place goes to a family. */
function findWanted(pairs: readonly Pair[]): (family: Family, span: Span) => boolean {
  const wanted = new Set<string>();
  for (const { family, chains } of new Set(pairs.flatMap(({ desired }) => desired.claims))) {
    for (const { span } of chains.flatMap(({ rules }) => rules)) wanted.add(`${family} ${spanKey(span)}`);
  }
  return (family, span) => wanted.has(`${family} ${spanKey(span)}`);
}

/** Tells where a rule is written that gives other settings to the estimator of a refused one: of each name the kernel has one, for both families. */
function findRivals(pairs: readonly Pair[]): (rule: RefusedRule) => Span | undefined {
  return ({ rule, span }) => {
    const wanted = rateestOf(rule?.text ?? '');
    if (wanted === undefined) return undefined;
    const claims = [...new Set(pairs.flatMap(({ desired }) => desired.claims))];
    const rules = claims.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
    return rules.find((other) => {
      const found = rateestOf(other.text);
      return found?.name === wanted.name && found.settings !== wanted.settings && spanKey(other.span) !== spanKey(span);
    })?.span;
  };
}

function jobKey(backend: Backend, family: Family, table: TableName): string {
  return `${backend} ${family} ${table}`;
}

/** What is declared as it is written, for where no kernel can be asked. */
export function asWritten(claims: readonly DesiredClaim[]): readonly Claim[] {
  return claims.map((claim) => spelled(claim, new Map()));
}

function rewrite(claim: DesiredClaim, backend: Backend, normal: ReadonlyMap<string, NormalTexts>): Claim {
  return spelled(claim, normal.get(jobKey(backend, claim.family, claim.table)) ?? new Map());
}

/** Chains of which no rule was loaded stand as they are. */
function spelled(claim: DesiredClaim, texts: NormalTexts): Claim {
  return {
    ...claim,
    chains: claim.chains.map(({ name, hookInto, rules }) => {
      const loaded = texts.get(name);
      return {
        name,
        ...(hookInto === undefined ? {} : { hookInto }),
        rules: loaded === undefined ? rules : rules.flatMap((rule) => rewriteRule(rule, loaded)),
      };
    }),
  };
}

/** A rule that was not loaded is in normal form as it stands. One written rule may be several in the kernel (a host name). */
function rewriteRule(rule: DesiredRule, loaded: ReadonlyMap<string, readonly string[]>): readonly Rule[] {
  const normal = loaded.get(rule.text);
  if (normal === undefined) return [rule];
  const { span, id } = rule;
  return normal.map((text) => (id === undefined ? { text, span } : { text, span, id }));
}
