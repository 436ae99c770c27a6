import { describe, expect, test } from 'vitest';
import { parseScript, type ScriptTable } from '../../../../src/core/restore/parse-script.ts';

function parse(text: string) {
  return parseScript('a.rules', text, 'ipv4');
}

/** `chain: rule` for every rule. */
function ruleList(tables: readonly ScriptTable[]): readonly string[] {
  return tables.flatMap(({ chains }) =>
    chains.flatMap(({ name, rules }) => rules.map(({ text }) => `${name}: ${text}`)),
  );
}

/** The words that each diagnostic points at. */
function marked(text: string): readonly (string | undefined)[] {
  return parse(text).diagnostics.map(({ span }) => (span === undefined ? undefined : text.slice(span.start, span.end)));
}

describe('parseScript', () => {
  test('gives built-in chains in hook order, then user chains, with the policies that are stated', () => {
    const text = '*nat\n:web - [0:0]\n:OUTPUT DROP [1:2]\n-A web -j RETURN\nCOMMIT\n';
    const [table] = parse(text).tables;
    expect(table?.chains.map(({ name, builtin }) => `${name} ${builtin}`)).toEqual([
      'PREROUTING true',
      'INPUT true',
      'OUTPUT true',
      'POSTROUTING true',
      'web false',
    ]);
    const output = table?.chains[2];
    expect(output?.policy?.policy).toBe('DROP');
    expect(text.slice(output?.policy?.span.start, output?.policy?.span.end)).toBe('DROP');
    expect(table?.chains[0]?.policy).toBeUndefined();
    expect(text.slice(output?.span.start, output?.span.end)).toBe(':OUTPUT DROP [1:2]');
    expect(table?.chains[4]?.rules).toEqual([{ text: '-j RETURN', span: { file: 'a.rules', start: 37, end: 53 } }]);
  });

  test('takes ordinary rules as they stand', () => {
    const lines = [
      '-s 10.0.0.0/8 -p tcp -m tcp --dport 22 -m comment --comment "ns/svc -> -j x: #1  y" -j ACCEPT',
      '! -s 10.0.0.0/8 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-m comment --comment 10.0.0.0/8 -g x',
    ];
    const text = `*filter\n:x - [0:0]\n${lines.map((line) => `-A x ${line}\n[1:2] -A x ${line}\n`).join('')}COMMIT\n`;
    expect(ruleList(parse(text).tables)).toEqual(lines.flatMap((line) => [`x: ${line}`, `x: ${line}`]));
  });

  test.each([
    ['-A INPUT  -j\tDROP ', '-j DROP'],
    ['-A INPUT --jump DROP', '-j DROP'],
    ['--append=INPUT -j DROP', '-j DROP'],
    ['-A INPUT -c 1 2 -j DROP', '-j DROP'],
    ['-4vA INPUT -j DROP', '-j DROP'],
    ['-A INPUT -m comment --comment "a"-j DROP', '-m comment --comment a -j DROP'],
    ['-A INPUT -m comment --comment "\\-6" "\\-4" -j DROP', '-m comment --comment -6 -j DROP'],
    ['-A INPUT -m comment --comment é -j DROP', '-m comment --comment "é" -j DROP'],
    ['-A INPUT', ''],
  ])('writes %j as %j', (line, rule) => {
    expect(ruleList(parse(`*filter\n${line}\nCOMMIT\n`).tables)).toEqual([`INPUT: ${rule}`]);
  });

  test('leaves out lines of the other family, also where the option hides in quotes', () => {
    const text = '*filter\n-A INPUT "-6" -j DROP\n-A INPUT "\\-6"\n-6 -A no -j DROP\n-A INPUT -j ACCEPT\nCOMMIT\n';
    expect(ruleList(parse(text).tables)).toEqual(['INPUT: -j ACCEPT']);
    expect(ruleList(parseScript('a.rules', text.replace('-A no', '-A OUTPUT'), 'ipv6').tables)).toHaveLength(4);
  });

  test('inserts address lists in the reverse order, each rule at the same place', () => {
    const text = '*raw\n-A OUTPUT -s 9\n-I OUTPUT 2 -s 1,2 -d 3,4\n-A OUTPUT -s 8\nCOMMIT\n';
    const expected = ['-s 9', '-s 2 -d 4', '-s 2 -d 3', '-s 1 -d 4', '-s 1 -d 3', '-s 8'];
    expect(ruleList(parse(text).tables)).toEqual(expected.map((rule) => `OUTPUT: ${rule}`));
  });

  test('warns when the second block of a table removes the first', () => {
    const text = '*raw\n-A OUTPUT -j DROP\nCOMMIT\n*raw\n-A OUTPUT -j ACCEPT\nCOMMIT\n';
    const { tables, diagnostics } = parse(text);
    expect(ruleList(tables)).toEqual(['OUTPUT: -j ACCEPT']);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'rules.repeated-table', span: { start: 30, end: 34 } },
    ]);
  });

  test('finds every problem and points at its words', () => {
    const text = `*filter
:x DROP [0:0]
-A INPUT -t nat -j DROP
-A INPUT -j DROP # why
[1:2] -I INPUT 7 -j DROP
-A nowhere -j DROP
-P INPUT REJECT
-A INPUT -m comment --comment "open
*nat
:INPUT NEVER
COMMIT
stray
*wrong
anything
COMMIT
`;
    expect(marked(text)).toEqual([
      'DROP',
      '-t',
      '#',
      '7',
      'nowhere',
      'REJECT',
      '"open',
      '*nat',
      'NEVER',
      'stray',
      '*wrong',
    ]);
    expect(parse(text).diagnostics.every(({ severity, code }) => severity === 'error' && code === 'rules.syntax')).toBe(
      true,
    );
  });

  test('reports Windows line ends once and reads on', () => {
    const { tables, diagnostics } = parse('*raw\r\n-A OUTPUT -j DROP\r\n-A no -j DROP\r\nCOMMIT\r\n');
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'The file has Windows line ends (CR LF)',
      'The table raw has no chain "no" here',
    ]);
    expect(ruleList(tables)).toEqual(['OUTPUT: -j DROP']);
  });

  test('refuses names that cannot stand in restore text', () => {
    expect(parse('*raw\n-N "a b"\n-N "a\\"b"\n-N ""\n:a"b - [0:0]\nCOMMIT\n').diagnostics).toHaveLength(4);
  });

  test('bounds the rules that address lists can make', () => {
    const list = Array.from({ length: 120 }, (_, index) => `1.1.1.${index}`)
      .join(',')
      .slice(0, 1000)
      .replace(/,[^,]*$/, '');
    const line = `-A OUTPUT -s ${list} -d ${list}\n`;
    const { tables, diagnostics } = parse(`*raw\n${line.repeat(100)}COMMIT\n`);
    expect(diagnostics.map(({ message }) => message)).toEqual(['The table raw has more than 250000 rules']);
    expect(tables).toEqual([]);
  });

  test('bounds the comparisons of deletions by text', () => {
    const text = `*raw\n${'-A OUTPUT -j DROP\n'.repeat(20_000)}${'-D OUTPUT -j ACCEPT\n'.repeat(1_001)}COMMIT\n`;
    const messages = parse(text).diagnostics.map(({ message }) => message);
    expect(messages.at(999)).toBe('No rule of the chain is written like this one');
    expect(messages.at(1000)).toBe('The table has too many deletions by text');
  });
});
