import type { Subject } from '../app/read-subject.ts';
import { beforeDocument } from '../core/before-fw/before-document.ts';
import { heldBefore, heldSetsBefore } from '../core/before-fw/held-before.ts';
import { planDocument } from '../core/document/plan-document.ts';
import type { PlanReport } from '../core/document/types.ts';
import { FwError } from '../core/errors.ts';
import { generationDocument } from '../core/generation/generation-document.ts';
import { liveDocument } from '../core/held/held-document.ts';
import { heldByGeneration } from '../core/held/of-generation.ts';
import { setsOfGeneration } from '../core/held/sets-of-generation.ts';
import type { HeldSet, HeldTable } from '../core/held/types.ts';
import { printBeforeText } from '../ui/formats/before-text.ts';
import { printGenerationText } from '../ui/formats/generation-text.ts';
import { printHeldLines } from '../ui/formats/held-lines.ts';
import { printHeldRestore } from '../ui/formats/held-restore.ts';
import { printHeldSummary } from '../ui/formats/held-summary.ts';
import { printHeldText } from '../ui/formats/held-text.ts';
import { printGithub } from '../ui/formats/print-github.ts';
import { printGitlab } from '../ui/formats/print-gitlab.ts';
import { printJson } from '../ui/formats/print-json.ts';
import { printJunit } from '../ui/formats/print-junit.ts';
import { printLines } from '../ui/formats/print-lines.ts';
import { printMarkdown } from '../ui/formats/print-markdown.ts';
import { printRestore } from '../ui/formats/print-restore.ts';
import { printSarif } from '../ui/formats/print-sarif.ts';
import { printSummary } from '../ui/formats/print-summary.ts';
import { printReceiptText } from '../ui/formats/receipt-text.ts';

export const FORMATS = [
  'text',
  'summary',
  'lines',
  'json',
  'markdown',
  'sarif',
  'junit',
  'github',
  'gitlab',
  'restore',
] as const;

export type Format = (typeof FORMATS)[number];

export type SubjectOptions = {
  readonly budget: number;
  /** Absolute folder that paths of reports are relative to. */
  readonly base: string;
  readonly fwVersion: string;
  readonly host: string;
  /** UTC, ISO 8601. */
  readonly now: string;
};

/** What is shown as text in a format. Throws `usage` for a format that has nothing to say about it. The text of a plan is the screen's. */
export function printSubject(subject: Subject, format: Format, options: SubjectOptions): string {
  switch (subject.kind) {
    case 'plan':
      return pick(format, planPrinters(subject.report, options), 'a plan');
    case 'generation': {
      const { numbered } = subject;
      const json = () => printJson(generationDocument(numbered));
      const { generation } = numbered;
      const printers = heldPrinters(heldByGeneration(generation), setsOfGeneration(generation));
      const text = () => printGenerationText(numbered);
      return pick(format, { ...printers, text, json }, 'a generation');
    }
    case 'before': {
      const { record } = subject;
      const printers = heldPrinters(heldBefore(record), heldSetsBefore(record));
      const text = () => printBeforeText(record);
      const json = () => printJson(beforeDocument(record));
      return pick(format, { ...printers, text, json }, 'generation 0');
    }
    case 'live': {
      const { fwVersion, host, now } = options;
      const json = () => printJson(liveDocument(subject.held, { fwVersion, host, created: now }));
      return pick(format, { ...heldPrinters(subject.held), json }, 'live rules');
    }
    case 'receipt': {
      const { receipt } = subject;
      const printers = { text: () => printReceiptText(receipt), json: () => printJson(receipt) };
      return pick(format, printers, 'a receipt');
    }
    default:
      return subject satisfies never;
  }
}

type Printers = Partial<Readonly<Record<Format, () => string>>>;

function planPrinters(report: PlanReport, { budget, base }: SubjectOptions): Printers {
  return {
    summary: () => printSummary(report),
    lines: () => printLines(report),
    json: () => printJson(planDocument(report)),
    markdown: () => printMarkdown(report, { budget }),
    sarif: () => printSarif(report, { base }),
    junit: () => printJunit(report),
    github: () => printGithub(report),
    gitlab: () => printGitlab(report),
    restore: () => printRestore(report),
  };
}

function heldPrinters(held: readonly HeldTable[], sets: readonly HeldSet[] = []): Printers {
  return {
    text: () => printHeldText(held, sets),
    summary: () => printHeldSummary(held, sets),
    lines: () => printHeldLines(held, sets),
    restore: () => printHeldRestore(held, sets),
  };
}

function pick(format: Format, printers: Printers, what: string): string {
  const print = printers[format];
  if (print !== undefined) return print();
  throw new FwError('usage', `${what} cannot be shown as ${format}`, {
    next: `Choose one of ${Object.keys(printers).join(', ')}.`,
  });
}
