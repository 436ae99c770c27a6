import { describe, expect, test } from 'vitest';
import { findUnused, loadValues } from '../../../../src/app/state/load-values.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { fullBudget } from '../../../../src/core/state/as-written/value.ts';
import { parseDocument } from '../../../../src/core/state/parse-document.ts';
import type { StateFiles } from '../../../../src/ports/ports.ts';

function load(vars: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const read = async (path: string) => [{ path, text: files[path] ?? '' }];
  const port: Pick<StateFiles, 'read'> = { read };
  return loadValues(port, { vars, files: Object.keys(files) }, fullBudget());
}

async function texts(vars: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const { overrides, diagnostics } = await load(vars, files);
  expect(diagnostics).toEqual([]);
  return Object.fromEntries(
    [...overrides].map(([name, { isList, items }]) => [name, isList ? items.map(({ text }) => text) : items[0]?.text]),
  );
}

describe('values from the command line', () => {
  test('are texts, or lists in brackets, taken as they are', async () => {
    expect(
      await texts(['a=1', 'b=[1, 2,3]', 'c=[]', 'd=', 'e=a=b', 'f=x,y', 'g=[::1]:80', 'h=$a $$', 'i=[ ]', 'a=2']),
    ).toEqual({ a: '2', b: ['1', '2', '3'], c: [], d: '', e: 'a=b', f: 'x,y', g: '[::1]:80', h: '$a $$', i: [] });
  });

  test.each(['a', '=1', 'A=1', '-a=1', 'a-b=1', 'a=1\n-j', 'a=\u001b', 'a=[1,,2]', 'a=[,]'])(
    '%j is a wrong command line',
    async (text) => {
      const error = await load([text]).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(FwError);
      expect(error).toMatchObject({ code: 'usage' });
    },
  );

  test('stand above those of files, and later files above earlier ones', async () => {
    const files = { 'a.yaml': 'x: 1\ny: 1\nz: [$x, $y]\n', 'b.yaml': 'y: 2\n' };
    expect(await texts(['x=3'], files)).toEqual({ x: '3', y: '2', z: ['3', '2'] });
  });

  test('a file of values is one mapping', async () => {
    const wrong = async (text: string) => (await load([], { 'a.yaml': text })).diagnostics.map(({ code }) => code);
    expect(await wrong('- a\n')).toEqual(['state.type']);
    expect(await wrong('a: {b: c}\n')).toEqual(['state.type']);
    expect(await wrong('a: 1\n---\nb: 2\n')).toEqual(['state.type']);
    expect(await wrong('A: 1\n')).toEqual(['state.value']);
    expect(await wrong('a: [\n')).toEqual(['state.syntax']);
  });

  test('names that the state does not use are told, except where only a reference holds them', async () => {
    const file = {
      path: 'a.yaml',
      text: 'values: {used: 1}\ntables: {filter: {INPUT: [-s $there -i $therein -j ACCEPT]}}\n',
    };
    const { documents } = parseDocument(file);
    const { overrides } = await load(['used=1', 'there=1', 'the=1', 'usde=1'], { 'v.yaml': 'other: 1\n' });
    expect(
      findUnused(overrides, documents, [file]).map(({ severity, message, hint }) => [severity, message, hint]),
    ).toEqual([
      ['error', 'The state uses no value named `the`', 'Remove it.'],
      ['error', 'The state uses no value named `usde`', 'Did you mean `used`?'],
      ['warning', 'The state uses no value named `other`', 'Remove it.'],
    ]);
  });
});
