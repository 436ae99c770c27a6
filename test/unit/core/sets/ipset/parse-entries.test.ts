import { describe, expect, test } from 'vitest';
import { allLines } from '../../../../../src/core/sets/ipset/lines.ts';
import { type EntryKind, entrySpan, parseEntries } from '../../../../../src/core/sets/ipset/parse-entries.ts';

const BOTH: readonly EntryKind[] = ['ipv4', 'ipv6'];

function parse(text: string, kinds = BOTH) {
  const { found, diagnostics } = parseEntries({ entries: [], list: { path: 'l.txt', text } }, kinds);
  const texts = Object.fromEntries([...found].map(([kind, { lines }]) => [kind, allLines(lines)]));
  const said = diagnostics.map(({ span, message }) => [text.slice(span?.start, span?.end), message]);
  return { texts, said, found };
}

describe('a list file', () => {
  test('gives each family its own, and passes comments and blank lines over', () => {
    const { texts, said } = parse(
      '# all\n10.0.0.1\n\n  2001:db8::/32 ; SBL1\r\n10.0.0.0/8 nomatch comment "a # b"  # c\n10.0.0.1,tcp:80\n;x\n',
    );
    expect(said).toEqual([]);
    expect(texts).toEqual({
      ipv4: ['10.0.0.1', '10.0.0.0/8 nomatch comment "a # b"', '10.0.0.1,tcp:80'],
      ipv6: ['2001:db8::/32'],
    });
  });

  test.each([
    '10.0.0.1 timeout 5',
    '10.0.0.1\tcomment "x"',
    '10.0.0.1 comment "x" y',
    '10.0.0.1 comment "a"b"',
    '-exist',
    '10.0.0.1"',
    '10.0.0.1 -exist',
    'Ā10.0.0.1',
    `${'1'.repeat(201)}`,
  ])('%s is no entry', (line) => {
    expect(parse(line).said).toEqual([[line, 'This is not an entry']]);
  });

  test('names of hosts are not looked up, and the other family is refused where there is one only', () => {
    expect(parse('example.com\n').said).toEqual([['example.com', 'This is not an address']]);
    expect(parse('10.0.0.1\n::1\n', ['ipv4']).said).toEqual([
      ['::1', 'This entry is for ipv6, and the set is for ipv4 only'],
    ]);
    expect(parse('0A:00:00:00:00:01\n80-90\n', ['plain'])).toMatchObject({
      said: [],
      texts: { plain: ['0A:00:00:00:00:01', '80-90'] },
    });
  });

  test('places are those of the file, behind the entries of the document', () => {
    const span = { file: 'a.yaml', start: 5, end: 9 };
    const text = '# x\n10.0.0.2\n::2\n';
    const { found } = parseEntries({ entries: [{ text: '10.0.0.1', span }], list: { path: 'l.txt', text } }, BOTH);
    const [four, six] = [found.get('ipv4'), found.get('ipv6')];
    if (four === undefined || six === undefined) throw new Error('no entries');
    expect([entrySpan(four, 0), entrySpan(four, 1), entrySpan(six, 0)]).toEqual([
      span,
      { file: 'l.txt', start: 4, end: 12 },
      { file: 'l.txt', start: 13, end: 16 },
    ]);
  });

  test('a hundred mistakes are told of by twenty', () => {
    expect(parse('x y\n'.repeat(100)).said).toHaveLength(20);
  });
});
