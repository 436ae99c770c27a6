import type { PlannedCheck } from '../../core/desired/types.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { whereOf } from '../../core/guards/finding.ts';
import { LIMITS } from '../../core/limits.ts';
import { listChanges } from '../../core/plan/view/list-changes.ts';
import { sourceOf, splitOrigin } from '../../core/plan/view/placed.ts';
import type { ResourceChange } from '../../core/plan/view/types.ts';
import { fingerprint } from '../../core/report/fingerprint.ts';
import type { PlacedDiagnostic, PlanReport, Source } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { checksToRun, checkText } from '../plan/check-text.ts';
import { type ConnectionItem, connectionItems } from '../plan/connection-items.ts';
import { cleanText } from '../text/clean-text.ts';
import { familiesText } from '../text/families-text.ts';
import { type TrafficItem, trafficItems } from '../traffic/traffic-items.ts';
import { suppositions, trafficRemarks, trafficSentence } from '../traffic/traffic-words.ts';
import { changeText, isInUse, isOfPolicy } from './change-text.ts';
import { SARIF_RULES } from './sarif-rules.ts';

const MOST = LIMITS.sarifResults.most;

type Level = 'error' | 'warning' | 'note';
type Result = {
  readonly ruleId: string;
  readonly level: Level;
  readonly text: string;
  /** What the result is about: with the rule it makes the fingerprint, so a rule that moves in its file stays the same result. */
  readonly about: readonly string[];
  readonly name: string;
  readonly source: Source | null;
};

/**
 * SARIF 2.1.0: guards, checks in full, warnings of the state and changes as results, the gravest first. Paths are relative to `base`, an absolute folder.
 * A change without a line of its own, such as a removal, stands at the state as a whole, since readers refuse results without a place.
 */
export function printSarif(report: PlanReport, options: { readonly base: string }): string {
  const results = resultsOf(report);
  const left = results.length - Math.min(results.length, MOST);
  const seen = new Map<string, number>();
  const warned = [...new Set(report.diagnostics.map(({ code }) => code))];
  const traffic = trafficNotes(report.traffic);
  const notification = {
    level: 'warning',
    message: { text: `${left} results are left out: a run has at most ${MOST}` },
  };
  const run = {
    tool: {
      driver: {
        name: 'fw',
        version: report.fw_version,
        rules: [
          ...SARIF_RULES.map(({ id, text, level }) => ({
            id,
            shortDescription: { text },
            defaultConfiguration: { level },
          })),
          ...warned.map((id) => ({ id, shortDescription: { text: `Warning of the state: ${id}` } })),
        ],
      },
    },
    invocations: [{ executionSuccessful: true, ...notifications([...(left === 0 ? [] : [notification]), ...traffic]) }],
    columnKind: 'unicodeCodePoints',
    results: results.slice(0, MOST).map((result) => printResult(result, report.state, options.base, seen)),
  };
  return `${jsonText({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] })}\n`;
}

/** Also that no traffic changes, where that is proved: no result could say it. */
function trafficNotes(traffic: PlanReport['traffic'] = []): readonly object[] {
  if (traffic.length === 0) return [];
  const words = [trafficSentence(traffic), ...suppositions(traffic), ...trafficRemarks(traffic)];
  return [{ level: 'note', message: { text: withoutLinks(cleanText(words.join(' '), true)) } }];
}

function notifications(all: readonly object[]): object {
  return all.length === 0 ? {} : { toolExecutionNotifications: all };
}

function resultsOf(report: PlanReport): readonly Result[] {
  const { findings, diagnostics, plan, checks, traffic = [] } = report;
  const running = connectionItems(report).map(connectionResult);
  const changes = listChanges(plan).map(changeResult);
  const packets = trafficItems(traffic).map(trafficResult);
  return [
    ...findings.map(guardResult),
    ...checksToRun({ plan, checks }).map(checkResult),
    ...packets.filter(({ level }) => level === 'warning'),
    ...running.filter(({ level }) => level === 'warning'),
    ...diagnostics.map(warningResult),
    ...changes.filter(({ level }) => level === 'warning'),
    ...packets.filter(({ level }) => level === 'note'),
    ...running.filter(({ level }) => level === 'note'),
    ...changes.filter(({ level }) => level === 'note'),
  ];
}

function guardResult(finding: Finding): Result {
  const { id, title, namespace, families, evidence, flag } = finding;
  const name = [namespaceLabel(namespace), familiesText(families), ...whereOf(finding)].join('/');
  const text = [`${title}: ${name}, needs ${flag}`, ...evidence].map((line) => cleanText(line, true)).join('\n');
  return { ruleId: id, level: 'error', text, about: [name], name, source: null };
}

function checkResult(check: PlannedCheck): Result {
  const { what, terms, isCommand } = checkText(check);
  const text = [what, terms].map((line) => cleanText(line, true)).join('\n');
  return {
    ruleId: isCommand ? 'fw/check-command' : 'fw/check',
    level: isCommand ? 'warning' : 'note',
    text,
    about: [what, namespaceLabel(check.from)],
    name: `check/${check.name ?? what}`,
    source: splitOrigin(check.origin),
  };
}

function trafficResult({ kind, title, lines, origin, about }: TrafficItem): Result {
  return {
    ruleId: `fw/traffic-${kind}`,
    level: kind === 'opened' || kind === 'closed' ? 'warning' : 'note',
    text: [title, ...lines].map((line) => cleanText(line, true)).join('\n'),
    about: [title, ...about],
    name: title,
    source: splitOrigin(origin),
  };
}

function connectionResult({ title, lines, isGrave, about, origin }: ConnectionItem): Result {
  return {
    ruleId: origin === undefined ? 'fw/connections-refused' : 'fw/connections-end',
    level: isGrave ? 'warning' : 'note',
    text: [title, ...lines].map((line) => cleanText(line, true)).join('\n'),
    about: [title, ...about],
    name: [title, ...about].join('/'),
    source: splitOrigin(origin),
  };
}

function warningResult({ code, severity, summary, detail, range }: PlacedDiagnostic): Result {
  const text = [summary, ...detail.split('\n')].filter((line) => line !== '').map((line) => cleanText(line, true));
  return {
    ruleId: code,
    level: severity,
    text: text.join('\n'),
    about: [summary],
    name: code,
    source: sourceOf(range),
  };
}

function changeResult(change: ResourceChange): Result {
  const { title, message } = changeText(change);
  const used = isInUse(change);
  const place =
    change.type === 'set'
      ? [change.namespace, 'set', change.set]
      : [change.namespace, change.family, change.table, change.chain];
  return {
    ruleId: used ? 'fw/rule-in-use' : ruleOf(change),
    level: used || isOfPolicy(change) ? 'warning' : 'note',
    text: `${title}\n${message}`,
    about: [...place, message],
    name: change.address,
    source: change.source,
  };
}

function printResult(result: Result, state: string, base: string, seen: Map<string, number>): object {
  const { ruleId, level, text, source, name } = result;
  const hash = fingerprint([ruleId, ...result.about]);
  const count = (seen.get(hash) ?? 0) + 1;
  seen.set(hash, count);
  const region = {
    startLine: source?.start.line ?? 1,
    ...(source?.start.column === undefined ? {} : { startColumn: source.start.column }),
  };
  return {
    ruleId,
    level,
    message: { text: withoutLinks(text) },
    locations: [
      {
        physicalLocation: { artifactLocation: relativeUri(source?.file ?? state, base), region },
        logicalLocations: [{ fullyQualifiedName: cleanText(name, true) }],
      },
    ],
    partialFingerprints: { 'fwChange/v1': `${hash}:${count}`, primaryLocationLineHash: `${hash}:${count}` },
  };
}

/** SARIF reads `[text](target)` in a message as a link; a backslash takes that meaning away. */
export function withoutLinks(text: string): string {
  return text.includes('](') ? text.replace(/[[\]\\]/g, '\\$&') : text;
}

/**
 * A path of the state as a URI of a report: relative to `base` (an absolute folder) where it is below, since only such a path means
 * something in a repository.
 */
export function relativeUri(path: string, base: string): { readonly uri: string; readonly uriBaseId?: '%SRCROOT%' } {
  const below = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
  const encoded = below
    .replace(/^(\.\/)+/, '')
    .split('/')
    .map(encodeSegment)
    .join('/');
  if (below.startsWith('/')) return { uri: `file://${encoded}` };
  return { uri: encoded === '' ? '.' : encoded, uriBaseId: '%SRCROOT%' };
}

/** A lone surrogate cannot be written in UTF-8; it becomes the replacement character. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'));
}

/** The rule of a change that is not in use. */
function ruleOf({ type, change: { actions } }: ResourceChange): string {
  return type === 'rule' || type === 'set' ? `fw/${type}-${actions[0]}` : `fw/${type}`;
}
