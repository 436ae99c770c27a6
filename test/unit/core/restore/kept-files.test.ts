import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseGeneration } from '../../../../src/core/generation/parse-generation.ts';
import { foldJournal } from '../../../../src/core/journal/run-state.ts';
import type { JournalEntry } from '../../../../src/core/journal/types.ts';
import { setSteps, setsIn, tableSteps, tablesIn } from '../../../../src/core/plan/in-order.ts';
import { storeSetStep, storeStep, storeTables } from '../../../../src/core/plan/stored-step.ts';
import { parsePlanFile } from '../../../../src/core/plan-file/parse-plan-file.ts';
import type { StoredPlanFile } from '../../../../src/core/plan-file/types.ts';
import { unseal } from '../../../../src/core/seal/seal.ts';

/*
 * Files that an fw from before the edits were data has written: one apply of a saved plan, with two tables of which one is made, a hashlimit table that is
 * handed over, and sets that are updated, made anew, emptied into another and destroyed.
 */

function kept(name: string): string {
  return readFileSync(new URL(`../../../support/kept-files-1/${name}`, import.meta.url), 'utf8');
}

test('the journal of an apply that waits is read with all that going back needs', () => {
  const text = kept('journal.jsonl');
  const [begin] = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
  if (begin?.kind !== 'begin') throw new Error('no journal');
  const run = foldJournal(text);
  if (run === undefined) throw new Error('no journal');
  expect(run.state.kind).toBe('pending');
  expect(tablesIn(run.steps).map(({ table, before, after }) => [table, before?.name, after.name])).toEqual([
    ['nat', undefined, 'nat'],
    ['filter', 'filter', 'filter'],
  ]);
  expect(setsIn(run.steps).map(({ set, change }) => [set, change])).toEqual([
    ['fw-many', 'replace'],
    ['fw-office', 'update'],
    ['fw-timed', 'update'],
    ['fw-gone', 'destroy'],
  ]);
  // The way back of a set is what the file says, letter by letter.
  expect(setsIn(run.steps).map(storeSetStep)).toEqual(begin.sets);
});

test('a journal with a way back that fw has not printed is not taken for one without', () => {
  const text = kept('journal.jsonl').replace('destroy fw-gone\\n', 'destroyed fw-gone\\n');
  expect(() => foldJournal(text)).toThrow('a change of set fw-gone that fw has not written');
});

test('a plan file is read, and what it does is what it says', () => {
  const text = kept('plan');
  const stored = JSON.parse(text) as StoredPlanFile;
  const { plan } = parsePlanFile('plan.fwplan', text);
  expect(tableSteps(plan).map(storeStep)).toEqual(stored.plan.steps);
  expect(setSteps(plan).map(storeSetStep)).toEqual(stored.plan.sets);
  expect(tableSteps(plan).map(storeTables)).toEqual(stored.tables);
  expect(tableSteps(plan).map(({ edits }) => edits.length)).toEqual([1, 2]);
});

test('a generation and a receipt are read', () => {
  expect(parseGeneration('2.json', kept('generation'))).toBeDefined();
  expect(unseal('2.json', kept('receipt'), 'receipt')).toMatchObject({ kind: 'receipt', generation: 2 });
});
