import { expect, test } from 'vitest';
import { approvalOf } from '../../../../src/core/approval/approval-of.ts';
import { foldFate, foldJournal } from '../../../../src/core/journal/run-state.ts';
import { fullBudget, NO_VALUES } from '../../../../src/core/state/as-written/value.ts';
import { formatDocuments } from '../../../../src/core/state/document/format-documents.ts';
import { expandDocument } from '../../../../src/core/state/expand-document.ts';
import { mergeDocuments } from '../../../../src/core/state/merge-documents.ts';
import { parseDocument } from '../../../../src/core/state/parse-document.ts';

function read(text: string, existing: readonly string[] = ['blue', 'red']) {
  const parsed = parseDocument({ path: 'a.yaml', text });
  const library = { templates: { found: new Map(), names: [] }, overrides: NO_VALUES, budget: fullBudget() };
  const documents = parsed.documents.map((document) => expandDocument(document, library).document);
  const { desired, diagnostics } = mergeDocuments(documents, [], { existing });
  return { desired, diagnostics: [...parsed.diagnostics, ...diagnostics] };
}

const RULES = 'tables: {filter: {INPUT: [-j ACCEPT]}}\n';

test('a document says for its namespaces what becomes of refused connections', () => {
  const { desired, diagnostics } = read(`namespace: [host, blue]\nconnections: end-refused\n${RULES}`);
  expect(diagnostics).toEqual([]);
  expect(desired.connections).toMatchObject([
    { value: 'end-refused', namespaces: [{ kind: 'host' }, { kind: 'named', name: 'blue' }] },
  ]);
  expect(read(RULES).desired.connections).toEqual([]);
});

test('another word is refused, and so are two documents that disagree', () => {
  expect(read(`connections: drop\n${RULES}`).diagnostics).toMatchObject([{ severity: 'error', code: 'state.value' }]);
  const two = `namespace: blue\nconnections: keep\n${RULES}---\nnamespace: "*"\nconnections: end-refused\n${RULES}`;
  expect(read(two).diagnostics).toMatchObject([
    { code: 'state.contradiction', message: 'Two places disagree about the connections of namespace `blue`' },
  ]);
  const alike = `connections: keep\n${RULES}---\nnamespace: red\nconnections: end-refused\n${RULES}`;
  expect(read(alike).diagnostics).toEqual([]);
});

test('it has no meaning in a document of tests', () => {
  const { diagnostics } = read('kind: tests\nconnections: end-refused\ntests: [{deny: [tcp any -> any]}]\n');
  expect(diagnostics.map(({ code }) => code)).toEqual(['state.test']);
});

test('fw fmt puts it where a document says how', () => {
  expect(formatDocuments(`${RULES}connections: keep\nnamespace: blue\n`)).toMatch(
    /^namespace: blue\nconnections: keep\n/,
  );
});

test('an approval covers it, whatever the namespaces are called', () => {
  const plan = { transitions: [{ namespace: { kind: 'host' } as const, from: 'a', to: 'b' }], checks: [] };
  const ending = (name: string) =>
    approvalOf({ ...plan, connections: [{ namespaces: [{ kind: 'named', name }], origin: `${name}.yaml:1` }] });
  expect(ending('blue')).toBe(ending('red'));
  expect(ending('blue')).not.toBe(approvalOf(plan));
});

test('what a journal notes to be ended is read with it, and says nothing of how the apply stands', () => {
  const begin = JSON.stringify({ kind: 'begin', id: '1', at: '', pid: 1, boot: 'b', operator: 'o', steps: [] });
  const toEnd = [{ namespace: { kind: 'host' }, connections: [] }];
  const noted = `${begin}\n\n${JSON.stringify({ kind: 'connections', toEnd })}\n`;
  expect(foldJournal(noted)).toMatchObject({ toEnd, state: { kind: 'unfinished' } });
  const pending = `${noted}\n${JSON.stringify({ kind: 'pending', deadline: '2026-01-01T00:00:00.000Z' })}\n`;
  expect(foldJournal(pending)).toMatchObject({ toEnd, state: { kind: 'pending' } });
  expect(foldFate(pending)).toMatchObject({ kind: 'pending' });
});
