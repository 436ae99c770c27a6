import { MATCHES, matchRow } from '../extensions/matches.ts';
import { targetRow, targetsThat } from '../extensions/targets.ts';
import { splitRule } from '../rule-text/split-rule.ts';
import type { Table } from '../rules/types.ts';

/** Texts that may have a match or a target with which the kernel tracks connections; a comment may look like one. */
const TRACKING = new RegExp(
  `(?:^| )-[mj] (?:${[...Object.keys(MATCHES).filter(trackedBy), ...targetsThat(({ tracks }) => tracks === true)].join(
    '|',
  )})(?: |$)`,
);

/** Whether some rule makes the kernel track connections; nat does by itself (test/kernel/kernel-model.test.ts). What cannot be read is taken for no. */
export function usesConntrack(table: Table | undefined): boolean {
  if (table === undefined) return false;
  if (table.name === 'nat') return table.chains.some(({ rules }) => rules.length > 0);
  return table.chains.some(({ rules }) => rules.some(({ text }) => TRACKING.test(text) && isUser(text)));
}

function isUser(text: string): boolean {
  const { matches = [], target } = splitRule(text) ?? {};
  if (matches.some(({ option, values: [name = ''] }) => option === '-m' && trackedBy(name))) return true;
  return target !== undefined && targetRow(target.name).tracks === true && !target.options.includes('--notrack');
}

function trackedBy(match: string): boolean {
  const { memory, tracks } = matchRow(match);
  return memory === 'tracks' || tracks === true;
}
