import { type Command, Parser } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { readSources } from '../../support/source-files.ts';

type Advice = { readonly place: string; readonly id: string; readonly words: readonly string[] };

const NAMES = Object.keys(COMMANDS).map((id) => id.replace(':', ' '));
/** A command, and the flags, placeholders and values right behind it. What else follows is prose, or a folder that `inFolder` makes. */
const MENTION = new RegExp(
  `\\bfw (${NAMES.join('|')})\\b((?: (?:--[a-z][a-z-]*|\\$\\{[^}]*\\}|[A-Z][A-Z]*\\b(?!')|\\d+[ms]?\\b|(?:last|previous|lines|markdown|html|svg|restore)\\b))*)`,
  'g',
);
/** What a template puts in that is no word of the command. */
const FOLDERS = /\$\{(?:this\.|options\.)?(?:where|at)\}/g;
/** What needs no quotes: ids, numbers and names that fw makes. */
const PLAIN = /^(?:shellWord\(.*\)|(?:run\.|pending\.)?id|number|kept|kinds\[0\]\?\.name \?\? 'KIND')$/;

/** Lines of source that are no comments, with their places. */
function lines(): readonly (readonly [place: string, line: string])[] {
  return readSources().flatMap((source) =>
    // Scripts of shells, and titles of test suites.
    /completion\/|junit/.test(source.path)
      ? []
      : source.lines
          .map((line, at) => [`${source.path}:${at + 1}`, line] as const)
          // A title says what was asked for, as it was typed.
          .filter(([, line]) => !/^\s*(?:\*|\/[/*])|\bverb\b/.test(line)),
  );
}

function mentions(): readonly Advice[] {
  return lines().flatMap(([place, line]) =>
    [...line.replace(FOLDERS, '').matchAll(MENTION)].map(([, name = '', rest = '']) => ({
      place,
      id: name.replace(' ', ':'),
      words: rest.match(/\$\{[^}]*\}|\S+/g) ?? [],
    })),
  );
}

/** Parses as the command line does, with a value for each placeholder, and one for each argument that prose leaves out. */
async function parse({ id, words }: Advice): Promise<unknown> {
  const command = COMMANDS[id] as Command.Class;
  const given = words.map((word) => (/^[A-Z$]/.test(word) ? '1' : word));
  const options = { flags: { ...command.baseFlags, ...command.flags }, args: command.args, strict: true } as const;
  for (let tries = 0; ; tries += 1) {
    try {
      return await Parser.parse(given, options);
    } catch (error) {
      if (tries === 2 || !/Missing \d required arg|expects a value/.test(String(error))) throw error;
      given.push('1');
    }
  }
}

describe('commands that fw names in its messages', () => {
  test.each(mentions().filter(({ words }) => words.length > 0))('$place: fw $id $words', async (advice) => {
    await expect(parse(advice)).resolves.toBeDefined();
  });

  test('hold only words that a shell reads as one', () => {
    const open = mentions().flatMap(({ place, words }) =>
      words.flatMap((word) => {
        const inside = /^\$\{(.*)\}$/.exec(word)?.[1];
        return inside === undefined || PLAIN.test(inside) ? [] : [`${place} ${word}`];
      }),
    );
    expect(open).toEqual([]);
  });
});
