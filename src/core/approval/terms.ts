import type { PlannedCheck, Probe } from '../desired/types.ts';
import type { Selection } from '../selection/types.ts';

/** All of a check that decides whether an apply stays. */
export type ReviewedCheck = Pick<PlannedCheck, 'probe' | 'from' | 'retries' | 'timeoutMs' | 'waitMs'>;

/**
 * A check as a review approves it: with its address and its patience, since a check that is easier to pass protects less. The name of the namespace that it
 * is tried from is no part of it, as the names of namespaces are no part of a transition.
 */
export function checkTerm({ probe, from, retries, timeoutMs, waitMs }: ReviewedCheck): string {
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
export function selectionTerms(selection: Selection | undefined): readonly string[] {
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

export function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}
