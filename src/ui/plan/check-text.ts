import type { PlannedCheck, Probe } from '../../core/desired/types.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { printMilliseconds } from '../../core/text/print-milliseconds.ts';
import type { Page } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';

/** Words of a command that are as they look without quotes. */
const PLAIN = /^[A-Za-z0-9_./:=@%+,-]+$/;

/** A check in full, in two lines of text that is not cleaned yet. What a yes is asked for is never cut. */
type CheckText = {
  /** What is run or reached: `run /usr/bin/smoke "two words"`, `connect to 192.0.2.1:22`, `get http://...`. */
  readonly what: string;
  /** From where, what passes, how often and how long, where it was written. */
  readonly terms: string;
  /** A program that runs with all rights. */
  readonly isCommand: boolean;
};

export function checkText({ name, probe, from, retries, timeoutMs, waitMs, origin }: PlannedCheck): CheckText {
  const tries = retries === 0 ? 'one try' : `${retries + 1} tries ${printMilliseconds(waitMs)} apart`;
  return {
    what: whatOf(probe),
    terms: [
      `${probe.kind === 'command' ? 'as root, ' : ''}from ${namespaceLabel(from)}`,
      `passes with ${wantedOf(probe)}`,
      `${printMilliseconds(timeoutMs)} a try, ${tries}`,
      name === undefined ? origin : `${JSON.stringify(name)} at ${origin}`,
    ].join('; '),
    isCommand: probe.kind === 'command',
  };
}

/** The checks that applying a plan runs, each in full: none where nothing changes. */
export function checksToRun({ plan, checks }: { readonly plan: Plan; readonly checks: readonly PlannedCheck[] }) {
  return hasChanges(plan) ? checks : [];
}

/** The checks of a plan for people, below its changes. Lines are as long as they are: a command that is broken reads as another one. */
export function printChecks(page: Page, plan: Plan, checks: readonly PlannedCheck[]): readonly string[] {
  if (checks.length === 0) return [];
  if (!hasChanges(plan)) return [noneRun(checks.length)];
  const texts = checks.map(checkText);
  return ['', page.paint('heading', headOf(texts)), ...linesOf(page, texts)];
}

/** Checks tell whether an apply may stay, so without one they do not run; nor is a changed check a change. */
export function noneRun(count: number): string {
  return `Nothing changes, so ${quantity(count, 'check')} of the state ${count === 1 ? 'is' : 'are'} not run.`;
}

/** How many there are and how many of them run a program. */
export function headOf(texts: readonly CheckText[]): string {
  const commands = texts.filter(({ isCommand }) => isCommand).length;
  const run = commands === 0 ? '' : `, ${commands === 1 ? '1 runs a program' : `${commands} run programs`} as root`;
  return `${quantity(texts.length, 'check')} after the apply${run}; if one fails, everything goes back`;
}

function linesOf(page: Page, texts: readonly CheckText[]): readonly string[] {
  return texts.flatMap(({ what, terms, isCommand }) => [
    isCommand ? page.paint('attention', `  ${page.clean(what)}`) : `  ${page.clean(what)}`,
    `      ${page.clean(terms)}`,
  ]);
}

function whatOf(probe: Probe): string {
  switch (probe.kind) {
    case 'tcp':
      return `connect to ${probe.host.includes(':') ? `[${probe.host}]` : probe.host}:${probe.port}`;
    case 'http':
      return `get ${probe.url}`;
    case 'command':
      return `run ${probe.words.map((word) => (PLAIN.test(word) ? word : JSON.stringify(word))).join(' ')}`;
    default:
      return probe satisfies never;
  }
}

function wantedOf(probe: Probe): string {
  if (probe.kind === 'tcp') return 'a connection';
  if (probe.kind === 'command') return 'exit 0';
  return probe.status === undefined ? 'any status 2xx' : `status ${probe.status}`;
}
