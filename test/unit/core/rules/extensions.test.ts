import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';
import { MATCHES } from '../../../../src/core/extensions/matches.ts';
import { OPTIONS, optionRow } from '../../../../src/core/extensions/options.ts';
import { ownerOfOption } from '../../../../src/core/extensions/owner-of-option.ts';
import { PROGRAM_OPTIONS } from '../../../../src/core/extensions/program-options.ts';
import { TARGETS } from '../../../../src/core/extensions/targets.ts';
import { meets } from '../../../../src/core/packets/meets.ts';
import { readSources } from '../../../support/source-files.ts';

const rows = [...Object.entries(MATCHES), ...Object.entries(TARGETS)];

describe('the table of extensions', () => {
  test('an option belongs to one match, target or protocol', () => {
    const all = rows.flatMap(([name, { options = [] }]) => options.map((option) => ({ option, name })));
    const twice = all.filter(({ option }, at) => all.findIndex((one) => one.option === option) !== at);
    expect(twice).toEqual([]);
  });

  test.each(rows.flatMap(([name, row]) => (row.options ?? []).map((option) => ({ name, option, row }))))(
    '$option is found to be of $name',
    ({ name, option, row }) => {
      const protocol = 'protocol' in row ? row.protocol : undefined;
      const owner = protocol !== undefined ? { protocol } : name in MATCHES ? { match: name } : { target: name };
      expect(ownerOfOption(option.replace('*', 'x'))).toEqual(owner);
    },
  );

  test('nothing is found for an option that has no owner', () => {
    expect([ownerOfOption('--dport'), ownerOfOption('--constructor'), optionRow('constructor')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a name of an option stands in one row', () => {
    const names = OPTIONS.flatMap((row) => row.names);
    expect(new Set(names).size).toBe(names.length);
    const program = PROGRAM_OPTIONS.flatMap(({ letter, long }) => [letter, ...long]);
    expect(new Set(program).size).toBe(program.length);
  });

  test('a match is understood exactly when the evaluation of packets knows it', () => {
    const packet = {} as never;
    const known = Object.keys(MATCHES).filter(
      (module) => meets(packet, { option: '-m', module, negated: false, values: [module] }) === 'yes',
    );
    expect(known).toEqual(Object.keys(MATCHES).filter((name) => MATCHES[name]?.understood === true));
  });

  test('what shares state of the kernel, or needs an object, says by which option', () => {
    for (const [name, row] of rows) {
      if (row.shares !== undefined) expect(row.shares.option, name).toMatch(/^--/);
      for (const option of row.needs?.options ?? []) expect(option, name).toMatch(/^--/);
    }
  });

  test('no other folder has a list of matches or targets of its own', () => {
    const names = new Set(rows.map(([name]) => name));
    const lists = readSources()
      .filter(({ path }) => path.startsWith('core/') && !path.startsWith('core/rules/'))
      .flatMap(({ path, lines }) => listsIn(parseAst(lines.join('\n'), { lang: 'ts' })).map((list) => ({ path, list })))
      .filter(({ list }) => list.length >= 3 && list.every((name) => names.has(name)));
    expect(lists).toEqual([]);
  });
});

/** The texts of every array that holds nothing but texts. */
function listsIn(root: unknown): readonly string[][] {
  const found: string[][] = [];
  const waiting: unknown[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ('type' in next && next.type === 'ArrayExpression' && 'elements' in next && Array.isArray(next.elements)) {
      const texts = next.elements.map((one: unknown) =>
        typeof one === 'object' && one !== null && 'value' in one ? one.value : undefined,
      );
      if (texts.every((text) => typeof text === 'string')) found.push(texts);
    }
    waiting.push(...Object.values(next).filter((one) => one !== undefined && one !== null));
  }
  return found;
}
