import { generationDocument } from '../../core/generation/generation-document.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { beforeDocument } from '../../core/generation-zero/before-document.ts';
import type { BeforeFw } from '../../core/generation-zero/types.ts';
import type { Receipt } from '../../core/receipt/types.ts';
import { planDocument } from '../../core/report/plan-document.ts';
import { liveDocument } from '../../core/report/shown/shown-document.ts';
import type { ShownSet, ShownTable } from '../../core/report/shown/types.ts';
import type { PlanReport } from '../../core/report/types.ts';
import type { Draw } from '../graph/graphviz.ts';
import { printGithub } from './print-github.ts';
import { printGitlab } from './print-gitlab.ts';
import { printHtml } from './print-html.ts';
import { printJson } from './print-json.ts';
import { printJunit } from './print-junit.ts';
import { printLines } from './print-lines.ts';
import { printMarkdown } from './print-markdown.ts';
import { printRestore } from './print-restore.ts';
import { printSarif } from './print-sarif.ts';
import { printSummary } from './print-summary.ts';
import { printShownLines } from './shown/lines.ts';
import { printReceiptText } from './shown/receipt-text.ts';
import { printShownRestore } from './shown/restore.ts';
import { printShownSummary } from './shown/summary.ts';
import { printBeforeText, printGenerationText, printShownText } from './shown/text.ts';

/** What a format may need to know besides what it shows. */
export type FormatOptions = {
  /** Most bytes of markdown. */
  readonly budget: number;
  /** Absolute folder that paths of reports are relative to. */
  readonly base: string;
  readonly fwVersion: string;
  readonly host: string;
  /** UTC, ISO 8601. */
  readonly now: string;
  /** Draws graphs; absent where the format has none. */
  readonly draw?: Draw;
};

/**
 * One format of `fw show`. A printer is there for each kind of subject that the format can show; `shown` shows all that are tables and sets (a
 * generation, generation 0, live rules) where the format has no printer of its own for them.
 */
export type Format<Name extends string> = {
  readonly name: Name;
  /** Row of docs/formats.md: what the user wants who chooses it, and its command where that is not `--format NAME`. */
  readonly wanted: string;
  readonly command?: string;
  readonly plan?: (report: PlanReport, options: FormatOptions) => string;
  readonly shown?: (tables: readonly ShownTable[], sets: readonly ShownSet[]) => string;
  readonly generation?: (numbered: NumberedGeneration) => string;
  readonly before?: (record: BeforeFw) => string;
  readonly live?: (tables: readonly ShownTable[], options: FormatOptions) => string;
  readonly receipt?: (receipt: Receipt) => string;
};

/** Every format, in the order of `--format`. A new one is a file of its own and a row here. */
export const FORMATS = [
  row({
    name: 'text',
    wanted: 'to read it',
    command: 'fw show FILE',
    // The text of a plan is that of the screen.
    shown: printShownText,
    generation: printGenerationText,
    before: printBeforeText,
    receipt: printReceiptText,
  }),
  row({ name: 'summary', wanted: 'a few numbers', plan: printSummary, shown: printShownSummary }),
  row({ name: 'lines', wanted: 'grep, awk, cut', plan: printLines, shown: printShownLines }),
  row({
    name: 'json',
    wanted: 'a document for jq or a policy engine',
    command: 'fw show FILE --json',
    plan: (report) => printJson(planDocument(report)),
    generation: (numbered) => printJson(generationDocument(numbered)),
    before: (record) => printJson(beforeDocument(record)),
    live: (tables, { fwVersion, host, now }) => printJson(liveDocument(tables, { fwVersion, host, created: now })),
    receipt: (receipt) => printJson(receipt),
  }),
  row({
    name: 'markdown',
    wanted: 'a comment for a pull request',
    command: 'fw show FILE --format markdown [--budget BYTES]',
    plan: (report, { budget }) => printMarkdown(report, { budget }),
  }),
  row({
    name: 'html',
    wanted: 'a page for reviewers and auditors, in one file',
    command: 'fw show FILE --format html > plan.html',
    plan: (report, { draw }) => printHtml(report, { draw }),
  }),
  row({ name: 'sarif', wanted: 'code scanning', plan: (report, { base }) => printSarif(report, { base }) }),
  row({ name: 'junit', wanted: 'a test report', plan: printJunit }),
  row({ name: 'github', wanted: 'annotations of a GitHub job', plan: printGithub }),
  row({ name: 'gitlab', wanted: 'the widget of a GitLab merge request', plan: printGitlab }),
  row({
    name: 'restore',
    wanted: 'the text that iptables-restore and ipset get',
    plan: printRestore,
    shown: printShownRestore,
  }),
] as const;

export type FormatName = (typeof FORMATS)[number]['name'];

/** Keeps the name of a row as a type of its own. */
function row<const Name extends string>(format: Format<Name>): Format<Name> {
  return format;
}
