import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../../src/core/diagnostics/diagnostic.ts';
import { printDiagnostic } from '../../../../src/ui/errors/print-diagnostic.ts';

const FILE = 'state/a.yaml';

function show(text: string, start: number, end: number, more: Partial<Diagnostic> = {}): readonly string[] {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'state.rule',
    message: 'Wrong',
    span: { file: FILE, start, end },
    ...more,
  };
  return printDiagnostic(diagnostic, new Map([[FILE, text]]), { colour: false });
}

/** The source line and the carets under it, without the gutter. */
function marked(text: string, word: string): readonly string[] {
  const start = text.indexOf(word);
  const lines = show(text, start, start + word.length);
  const caret = lines.findIndex((line) => /\| +\^+$|\| \^/.test(line));
  return lines.slice(caret - 1, caret + 1).map((line) => line.slice(line.indexOf('|') + 2));
}

describe('printDiagnostic', () => {
  test('shows what, where, the line and its neighbours, another place, words of others and what to do', () => {
    const text = 'one\ntwo words\nthree\nfour\n';
    const related = [{ message: 'first here', span: { file: FILE, start: 0, end: 3 } }];
    expect(show(text, 8, 13, { related, output: 'iptables: no\nway', hint: 'Do it.' })).toEqual([
      'Error: Wrong [state.rule]',
      '  state/a.yaml:2:5',
      '    1 | one',
      '    2 | two words',
      '      |     ^^^^^',
      '    3 | three',
      '  state/a.yaml:1:1  (first here)',
      '    1 | one',
      '      | ^^^',
      '  iptables said:',
      '    iptables: no',
      '    way',
      '  Try: Do it.',
    ]);
  });

  test('needs neither place nor text', () => {
    const bare: Diagnostic = { severity: 'warning', code: 'state.rule', message: 'Odd' };
    expect(printDiagnostic(bare, new Map(), { colour: false })).toEqual(['Warning: Odd [state.rule]']);
    const placed = { ...bare, span: { file: 'gone', start: 5, end: 6 } };
    expect(printDiagnostic(placed, new Map(), { colour: false })).toEqual(['Warning: Odd [state.rule]', '  gone']);
  });

  test('colour adds nothing but escapes', () => {
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'state.rule',
      message: 'M',
      span: { file: FILE, start: 0, end: 1 },
    };
    const sources = new Map([[FILE, 'text\n']]);
    const coloured = printDiagnostic(diagnostic, sources, { colour: true });
    const plain = printDiagnostic(diagnostic, sources, { colour: false });
    expect(coloured).not.toEqual(plain);
    expect(coloured.map(stripVTControlCharacters)).toEqual(plain);
  });

  test.each([
    ['a bad c', ['a bad c', '  ^^^']],
    ['\ta\tbad', ['    a    bad', '         ^^^']],
    ['防火 bad', ['防火 bad', '     ^^^']],
    ['e\u0301 bad', ['e\u0301 bad', '  ^^^']],
    ['\u001b[2J bad', ['\\x1b[2J bad', '        ^^^']],
    ['\u202e bad', ['\\u{202e} bad', '         ^^^']],
    ['bad\r', ['bad', '^^^']],
  ])('puts carets right under the words of %j', (text, expected) => {
    expect(marked(text, 'bad')).toEqual(expected);
  });

  test('puts a caret at the end of a line and of the file', () => {
    expect(show('ab\ncd', 2, 2)).toContain('      |   ^');
    expect(show('ab', 2, 2)).toContain('      |   ^');
    expect(show('ab\n', 3, 3)).toContain('      | ^');
  });

  test('underlines the first line of a span over several', () => {
    expect(show('abc\ndef\n', 1, 7)).toContain('      |  ^^');
  });

  test('cuts long lines to a window around the caret, quickly', () => {
    const text = `${'x'.repeat(3_000_000)} bad ${'火'.repeat(1_000_000)}`;
    const [line = '', caret = ''] = marked(text, 'bad');
    expect(line.startsWith('...x')).toBe(true);
    expect(line.endsWith('火...')).toBe(true);
    expect(line.slice(caret.indexOf('^'), caret.length)).toBe('bad');
    expect(show(text, 0, text.length).every((one) => one.length <= 130)).toBe(true);
  });

  test('never prints what a terminal would obey, wherever it comes from', () => {
    const evil = 'a\u001b]0;x\u0007b';
    const lines = printDiagnostic(
      {
        severity: 'error',
        code: 'state.rule',
        message: evil,
        span: { file: evil, start: 0, end: 1 },
        related: [{ message: evil, span: { file: evil, start: 0, end: 1 } }],
        output: evil,
        hint: evil,
      },
      new Map([[evil, evil]]),
      { colour: false },
    );
    expect(lines.join('').includes('\u001b')).toBe(false);
    expect(lines.join('').includes('\u0007')).toBe(false);
    expect(lines.length).toBeGreaterThan(8);
  });

  test('says how much of a long answer of another program is left out', () => {
    const said = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    expect(show('a', 0, 1, { output: said }).at(-1)).toBe('    (20 more lines)');
  });
});
