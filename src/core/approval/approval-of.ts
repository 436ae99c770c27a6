import { createHash } from 'node:crypto';
import type { PlannedCheck, Probe, Promises } from '../desired/types.ts';
import { FwError } from '../diagnostics/errors.ts';
import type { Selection } from '../selection/types.ts';
import type { Transition } from '../transitions/transitions.ts';
import type { ClassLimit, JudgedChange, PlanClass } from './types.ts';

/** All of a check that decides whether an apply stays. */
type ReviewedCheck = Pick<PlannedCheck, 'probe' | 'from' | 'retries' | 'timeoutMs' | 'waitMs'>;

type Way = Pick<Transition, 'from' | 'to'>;

/** What a review of a plan is a yes to: these ways of namespaces, whatever they are called, under these checks and tests, and of this part of them. */
export type Reviewed = Promises & {
  readonly transitions: readonly Transition[];
  readonly checks: readonly ReviewedCheck[];
  readonly selection?: Selection;
};

/**
 * Names what a review approves: a digest over the distinct transitions of a plan, its checks, its tests and its selection. Plans for other
 * namespaces and hosts in the same state that go to the same state have the same. Undefined for a plan that changes nothing.
 */
export function approvalOf(plan: Reviewed): string | undefined {
  return plan.transitions.length === 0 ? undefined : digest(plan.transitions, termsOf(plan));
}

/** The approval of one namespace of a plan, which is that of a plan for it alone. */
export function approvalOfOne(way: Way, plan: Omit<Reviewed, 'transitions'>): string {
  return digest([way], termsOf(plan));
}

/** What holds beside the ways: a line for each check, each flow of a test, and each part that is selected; distinct and sorted. */
export function termsOf({ checks, selection, ...promises }: Omit<Reviewed, 'transitions'>): readonly string[] {
  return [...distinct(checks.map(checkTerm)), ...promiseTerms(promises), ...selectionTerms(selection)];
}

/** A plan with fewer tests is held back by less, and one that ends connections does more. Names of tests and of namespaces are no part of it. */
function promiseTerms({ tests = [], reachable = [], connections = [] }: Promises): readonly string[] {
  return distinct([
    ...tests.flatMap(({ expectations }) => expectations.map(({ kind, path, flow }) => `test ${kind} ${path} ${flow}`)),
    ...reachable.map(({ path, flow }) => `reachable ${path} ${flow}`),
    ...connections.map(() => 'connections end-refused'),
  ]);
}

/**
 * The names under which fw approved a plan, and its namespaces one by one, before checks and selections were covered: then only the commands of checks were.
 * Empty for a plan that has neither, whose names are the same now.
 */
export function earlierApprovals(plan: Reviewed): readonly string[] {
  const { transitions, checks } = plan;
  if (transitions.length === 0 || termsOf(plan).length === 0) return [];
  const commands = distinct(
    checks.flatMap(({ probe }) => (probe.kind === 'command' ? [JSON.stringify(probe.words)] : [])),
  );
  return [transitions, ...transitions.map((one) => [one])].map((ways) => digestLines('1', ways, commands));
}

/** A transition without the name of its namespace. */
export function wayOf({ from, to }: Way): string {
  return `${from} ${to}`;
}

/** Without terms a name is what it was before there were any. */
function digest(ways: readonly Way[], terms: readonly string[]): string {
  return digestLines(terms.length === 0 ? '1' : '2', ways, terms);
}

function digestLines(version: '1' | '2', ways: readonly Way[], more: readonly string[]): string {
  const lines = [`fw approval ${version}`, ...distinct(ways.map(wayOf)), ...more];
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

/**
 * A check as a review approves it: with its address and its patience, since a check that is easier to pass protects less. The name of the namespace that it
 * is tried from is no part of it, as the names of namespaces are no part of a transition.
 */
function checkTerm({ probe, from, retries, timeoutMs, waitMs }: ReviewedCheck): string {
  const place = from.kind === 'host' ? 'host' : 'a namespace';
  return `check ${probeTerm(probe)} from ${place}, retries ${retries}, timeout ${timeoutMs} ms, wait ${waitMs} ms`;
}

/** Texts of the state stand in quotes, so no two probes read the same. */
function probeTerm(probe: Probe): string {
  switch (probe.kind) {
    case 'tcp':
      return `tcp ${JSON.stringify(probe.host)} ${probe.port}`;
    case 'http':
      return `http ${JSON.stringify(probe.url)} status ${probe.status ?? '2xx'}`;
    case 'command':
      return `command ${JSON.stringify(probe.words)}`;
    default:
      return probe satisfies never;
  }
}

/**
 * The part of each namespace that a plan is about, where that is less than the whole: what a selection leaves out may be in any state. Which namespaces it leaves out is no
 * part of it; each has a transition of its own.
 */
function selectionTerms(selection: Selection | undefined): readonly string[] {
  if (selection === undefined) return [];
  const { families, tables, targets, excluded } = selection;
  const partsOf = (addresses: Selection['targets']) =>
    addresses.flatMap(({ family = '*', table = '*' }) => (family === '*' && table === '*' ? [] : `${family}/${table}`));
  const targeted = partsOf(targets);
  const terms = [
    ...families.map((one) => `--family ${one}`),
    ...tables.map((one) => `--table ${one}`),
    ...targeted.map((one) => `--target */${one}`),
    ...(targeted.length > 0 && targeted.length < targets.length ? ['--target *'] : []),
    ...partsOf(excluded).map((one) => `--exclude */${one}`),
  ];
  return distinct(terms);
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}

/** What is approved unseen: a class with those that have no effect, and openings that are inside flows that were named. */
export type ApprovedClasses = { readonly limit: ClassLimit; readonly areOpeningsNamed: boolean };

/** Whether every change of a plan is approved. */
export function isWithin(found: PlanClass, approved: ApprovedClasses): boolean {
  return classesOver(approved).every((name) => found.counts[name] === 0);
}

/** The error of a plan that does more than `--approve-up-to` and `--approve-opening` approve, with the changes that do. */
export function overLimit(found: PlanClass, approved: ApprovedClasses): FwError {
  const classes = classesOver(approved);
  const over = found.over.filter((change) => classes.includes(change.class));
  const left = classes.reduce((sum, name) => sum + found.counts[name], 0) - over.length;
  const lines = over.map(({ address, class: name, why }) => `${address} (${name}): ${why}`);
  return new FwError('apply.over-limit', `the plan is of class ${found.class}; up to ${approved.limit} is approved`, {
    output: [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'),
  });
}

function classesOver({ limit, areOpeningsNamed }: ApprovedClasses): readonly JudgedChange['class'][] {
  const isOver = (name: JudgedChange['class']) =>
    !(name === 'closes' && limit === 'closes') && !(name === 'opens' && areOpeningsNamed);
  return (['any', 'closes', 'opens'] as const).filter(isOver);
}
