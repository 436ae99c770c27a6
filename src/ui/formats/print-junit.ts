import { LIMITS } from '../../core/limits.ts';
import type { Region } from '../../core/packets/types/traffic.ts';
import { countChanges } from '../../core/plan/count-changes.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import type { TableStep } from '../../core/plan/types.ts';
import { checkDocuments } from '../../core/report/check-documents.ts';
import type { CheckDocument, PlanReport, Problem } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { countSets } from '../../core/sets/count-sets.ts';
import { checkText } from '../plan/check-text.ts';
import { cleanText } from '../text/clean-text.ts';
import { familiesText } from '../text/families-text.ts';
import { nameList } from '../text/name-list.ts';
import {
  causeText,
  changeText,
  claimWords,
  isDecidedByCause,
  moreText,
  pathTitle,
  SUPPOSITION_WORDS,
  setText,
} from '../traffic/traffic-words.ts';

type Case = { readonly group: string; readonly name: string; readonly outcome: string; readonly status: Status };
type Status = 'passed' | 'failed' | 'skipped';

/**
 * JUnit XML: a test case for each guard, each check, each namespace and each path of traffic. A closed guard is a failure; a guard or check that only the apply can
 * tell is skipped, and so is a path that is not judged; a namespace passes, with its counts as output, a path with what changes on it.
 */
export function printJunit(report: PlanReport): string {
  const cases = [...checkCases(report), ...namespaceCases(report), ...trafficCases(report)];
  const count = (status: Status) => cases.filter((one) => one.status === status).length;
  const sums = `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fw" ${sums} time="0">`,
    `  <testsuite name="${xml(`fw plan ${report.host}`)}" ${sums} time="0" timestamp="${xml(report.created.slice(0, 19))}">`,
    ...cases.map(printCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Checks stand behind the guards, in their order, each with what it tries in full. */
function checkCases(report: PlanReport): readonly Case[] {
  const texts = report.checks.map(checkText).map(({ what, terms }) => `${what}\n${terms}`);
  let next = 0;
  return checkDocuments(report).map((document) =>
    checkCase(document, document.probe === null ? undefined : texts[next++]),
  );
}

function checkCase({ address, kind, status, problems }: CheckDocument, probe: string | undefined): Case {
  const base = { group: `fw.${kind}`, name: address };
  if (status === 'pass') return { ...base, status: 'passed', outcome: '' };
  if (status === 'unknown') {
    const full = probe === undefined ? '' : `<system-out>${xml(probe)}</system-out>`;
    return { ...base, status: 'skipped', outcome: `<skipped message="only the apply can tell"/>${full}` };
  }
  const [first] = problems;
  const text = problems.map(problemText).join('\n');
  const outcome = `<failure type="${xml(address)}" message="${xml(first?.message ?? '')}">${xml(text)}</failure>`;
  return { ...base, status: 'failed', outcome };
}

function problemText({ message, namespace, families, table, chain, set, evidence, flag }: Problem): string {
  const place = (set === null ? [table ?? '', ...(chain === null ? [] : [chain])] : ['set', set]).join(' ');
  const head = `${message}: ${place} in ${namespace} (${familiesText(families)}), needs ${flag}`;
  return [head, ...evidence.map((fact) => `  ${fact}`)].map((line) => cleanText(line, true)).join('\n');
}

function namespaceCases({ plan }: PlanReport): readonly Case[] {
  return plan.namespaces.map(({ namespace }) => {
    const name = namespaceLabel(namespace);
    const isOwn = (step: Pick<TableStep, 'namespace'>) => namespaceLabel(step.namespace) === name;
    const { created, changed, destroyed, ...entries } = countSets(setSteps(plan).filter(isOwn));
    const counts = {
      ...countChanges(tableSteps(plan).filter(isOwn)),
      setsAdded: created,
      setsChanged: changed,
      setsRemoved: destroyed,
      ...entries,
    };
    const words = Object.entries(counts).map(([what, count]) => `${what}=${count}`);
    const outcome = `<system-out>${xml(words.join(' '))}</system-out>`;
    return { group: 'fw.namespace', name, status: 'passed', outcome };
  });
}

function trafficCases({ traffic = [] }: PlanReport): readonly Case[] {
  return traffic.flatMap(({ namespaces, paths, supposing }) => {
    const remarks = supposing === undefined ? [] : [SUPPOSITION_WORDS[supposing]];
    return paths.map((path): Case => {
      const base = { group: 'fw.traffic', name: `${nameList(namespaces)}: ${pathTitle(path)}` };
      const words = claimWords(path.claim, path.regions.length > 0);
      if (path.claim.kind === 'not-judged')
        return { ...base, status: 'skipped', outcome: `<skipped message="${xml(words)}"/>` };
      const shown = path.regions.slice(0, LIMITS.trafficRegions.most);
      const left = path.regions.length - shown.length;
      const more = left === 0 ? [] : [`and ${left} more changes`];
      const lines = [words, ...shown.flatMap(regionLines), ...more, ...remarks];
      return { ...base, status: 'passed', outcome: `<system-out>${xml(lines.join('\n'))}</system-out>` };
    });
  });
}

function regionLines(region: Region): readonly string[] {
  const { effect, flows, more } = region;
  const sets = flows.map((flow) => `${effect} ${setText(region, flow)}`);
  const cause = isDecidedByCause(region) ? [] : [`  ${causeText(region)}`];
  return [...sets, ...(more === 0 ? [] : [`  ${moreText(more, true)}`]), `  ${changeText(region)}`, ...cause];
}

function printCase({ group, name, outcome }: Case): string {
  const open = `    <testcase classname="${xml(group)}" name="${xml(name)}" time="0"`;
  return outcome === '' ? `${open}/>` : `${open}>${outcome}</testcase>`;
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' } as const;

/** XML 1.0 has no way to write most controls at all, so they are escapes before; line ends are our own. */
export function xml(text: string): string {
  return text
    .split('\n')
    .map((line) => cleanText(line, true))
    .join('\n')
    .replace(/[&<>"']/g, (character) => ENTITIES[character as keyof typeof ENTITIES]);
}
