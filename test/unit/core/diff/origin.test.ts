import { expect, test } from 'vitest';
import { createLocator } from '../../../../src/core/diagnostics/locate.ts';
import { createOrigin } from '../../../../src/core/diff/origin.ts';
import { splitOrigin } from '../../../../src/core/plan/view/placed.ts';

const sources = new Map([
  ['state/a.yaml', 'x\ny\nz\n'],
  ['templates/inner.yaml', 'x\ny\n'],
  ['templates/outer.yaml', 'x\n'],
]);
const originOf = createOrigin(createLocator(sources));
const at = (file: string, start: number) => ({ file, start, end: start + 1 });

test('a rule of a document has its line, a rule of a template that of the document first', () => {
  expect(originOf(at('state/a.yaml', 2))).toBe('state/a.yaml:2');
  const calls = [at('templates/outer.yaml', 0), at('state/a.yaml', 4)];
  const made = originOf({ ...at('templates/inner.yaml', 2), expanded: { calls, values: [] } });
  expect(made).toBe('state/a.yaml:3 (inner.yaml:2)');
  expect(splitOrigin(made)).toEqual({ file: 'state/a.yaml', start: { line: 3 } });
  const values = [{ name: 'a', text: '1', span: at('state/a.yaml', 0) }];
  expect(originOf({ ...at('state/a.yaml', 2), expanded: { calls: [], values } })).toBe('state/a.yaml:2');
  expect(splitOrigin('a:5:7')).toEqual({ file: 'a:5', start: { line: 7 } });
});
