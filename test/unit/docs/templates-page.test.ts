import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fullBudget, NO_VALUES } from '../../../src/core/state/as-written/value.ts';
import { expandDocument } from '../../../src/core/state/expand-document.ts';
import { parseDocument } from '../../../src/core/state/parse-document.ts';
import { PARAMETER_TYPES } from '../../../src/core/state/schema/parameter-type.ts';
import { parseTemplate } from '../../../src/core/state/template/parse-template.ts';

const PAGE = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');

test('the example of docs/templates.md is a template that can be used', () => {
  const text = /```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? '';
  const { template, diagnostics } = parseTemplate('web', { path: 'web.yaml', text });
  expect(diagnostics).toEqual([]);
  const use = 'use: [{template: web, with: {proxies: [10.0.0.0/8, "2001:db8::/32"], log: true}}]\n';
  const [document] = parseDocument({ path: 'a.yaml', text: use }).documents;
  if (document === undefined) throw new Error('no document');
  const templates = { found: new Map([['web', template]]), names: [] };
  const read = expandDocument(document, { templates, overrides: NO_VALUES, budget: fullBudget() });
  expect(read.diagnostics).toEqual([]);
  expect(read.document.tables[0]?.chains.map(({ name, rules }) => [name, rules.length])).toEqual([
    ['INPUT', 1],
    ['web-8080', 4],
  ]);
});

test('docs/templates.md lists every type of parameter', () => {
  const listed = [...PAGE.matchAll(/^\| `([a-z]+)` \|/gm)].map((match) => match[1]);
  expect(PARAMETER_TYPES.filter((type) => !listed.includes(type))).toEqual([]);
});
