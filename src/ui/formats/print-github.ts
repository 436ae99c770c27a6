import type { PlannedCheck } from '../../core/desired/types.ts';
import { whereOf } from '../../core/guards/finding.ts';
import { listChanges } from '../../core/plan/view/list-changes.ts';
import { sourceOf, splitOrigin } from '../../core/plan/view/placed.ts';
import type { ResourceChange } from '../../core/plan/view/types.ts';
import type { PlanReport, Source } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { checksToRun, checkText } from '../plan/check-text.ts';
import { type ConnectionItem, connectionItems } from '../plan/connection-items.ts';
import { cleanText } from '../text/clean-text.ts';
import { familiesText } from '../text/families-text.ts';
import { type TrafficItem, trafficItems } from '../traffic/traffic-items.ts';
import { suppositions, trafficRemarks, trafficSentence } from '../traffic/traffic-words.ts';
import { changeText, isInUse, isOfPolicy } from './change-text.ts';

// GitHub shows this many annotations of each kind of one step, and drops the others without a word.
const MOST = 10;

type Annotation = { readonly title: string; readonly message: string; readonly source: Source | null };

/**
 * Workflow commands of GitHub Actions: closed guards are errors, checks that run programs, policies that change, traffic that is opened or closed, running connections that are refused, warnings of the state and changes of rules in use are warnings, other
 * changes notices; at most ten of a kind. The last notice tells how many are not shown.
 */
export function printGithub(report: PlanReport): string {
  const changes = listChanges(report.plan);
  const errors = guardAnnotations(report);
  const [commands, probes] = [true, false].map((isCommand) =>
    checksToRun(report)
      .filter(({ probe }) => (probe.kind === 'command') === isCommand)
      .map(checkAnnotation),
  ) as [Annotation[], Annotation[]];
  const packets = trafficItems(report.traffic ?? []);
  const running = connectionItems(report);
  const isGrave = ({ kind }: TrafficItem) => kind === 'opened' || kind === 'closed';
  const warnings = [
    ...commands,
    ...changes.filter(isOfPolicy).map(changeAnnotation),
    ...packets.filter(isGrave).map(itemAnnotation),
    ...running.filter((item) => item.isGrave).map(itemAnnotation),
    ...report.diagnostics.map(({ code, summary, range }) => ({
      title: code,
      message: summary,
      source: sourceOf(range),
    })),
    ...changes.filter(isInUse).map(changeAnnotation),
  ];
  const notices = [
    ...probes,
    ...trafficNotice(report),
    ...packets.filter((item) => !isGrave(item)).map(itemAnnotation),
    ...running.filter((item) => !item.isGrave).map(itemAnnotation),
    ...changes.filter((change) => !isInUse(change) && !isOfPolicy(change)).map(changeAnnotation),
  ];
  const hidden = hiddenChecks(commands, probes);
  const shown = [
    ...hidden,
    ...errors.slice(0, MOST - hidden.length).map((one) => command('error', one)),
    ...warnings.slice(0, MOST).map((one) => command('warning', one)),
    ...notices.slice(0, MOST - 1).map((one) => command('notice', one)),
  ];
  const left = errors.length + warnings.length + notices.length - shown.length;
  const overflow = {
    title: 'fw',
    message: `${left} more are not shown as annotations; fw show --format lines has all of them`,
    source: null,
  };
  return [...shown, ...(left > 0 ? [command('notice', overflow)] : [])].map((line) => `${line}\n`).join('');
}

/** Checks that get no annotation of their own: what approves a plan must show all of them, so that is an error. */
function hiddenChecks(commands: readonly Annotation[], probes: readonly Annotation[]): readonly string[] {
  const hidden = Math.max(0, commands.length - MOST) + Math.max(0, probes.length - (MOST - 1));
  if (hidden === 0) return [];
  const message = `${hidden} checks are not shown as annotations. Approve nothing by them: fw show has every check in full.`;
  return [command('error', { title: 'fw', message, source: null })];
}

function checkAnnotation(check: PlannedCheck): Annotation {
  const { what, terms, isCommand } = checkText(check);
  const title = isCommand ? 'A program runs as root after the apply' : 'A check after the apply';
  return { title, message: `${what}\n${terms}`, source: splitOrigin(check.origin) };
}

/** The whole in a sentence: also that nothing changes, where that is proved. */
function trafficNotice({ traffic = [] }: PlanReport): readonly Annotation[] {
  if (traffic.length === 0) return [];
  const message = [trafficSentence(traffic), ...suppositions(traffic), ...trafficRemarks(traffic)]
    .map((text) => cleanText(text, true))
    .join('\n');
  return [{ title: 'Traffic', message, source: null }];
}

function itemAnnotation({ title, lines, origin }: TrafficItem | ConnectionItem): Annotation {
  return { title, message: lines.map((line) => cleanText(line, true)).join('\n'), source: splitOrigin(origin) };
}

function guardAnnotations({ findings }: PlanReport): readonly Annotation[] {
  return findings.map((finding) => {
    const { id, title, namespace, families, evidence, flag } = finding;
    const where = whereOf(finding).join(' ');
    const what = where === '' ? title : `${title}: ${where}`;
    const head = `${what} in ${namespaceLabel(namespace)} (${familiesText(families)}). It needs ${flag}.`;
    return { title: id, message: [head, ...evidence].map((text) => cleanText(text, true)).join('\n'), source: null };
  });
}

function changeAnnotation(change: ResourceChange): Annotation {
  const { title, message } = changeText(change);
  return { title, message, source: change.source };
}

function command(kind: 'error' | 'warning' | 'notice', { title, message, source }: Annotation): string {
  const place =
    source === null
      ? []
      : [
          `file=${property(source.file)}`,
          `line=${source.start.line}`,
          ...(source.start.column === undefined ? [] : [`col=${source.start.column}`]),
        ];
  return `::${kind} ${[...place, `title=${property(title)}`].join(',')}::${data(message)}`;
}

/** Line ends of our own stay as `%0A`; those of others are escapes already. */
function data(text: string): string {
  return text
    .split('\n')
    .map((line) => cleanText(line, true).replaceAll('%', '%25'))
    .join('%0A');
}

function property(text: string): string {
  return cleanText(text, true).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
}
