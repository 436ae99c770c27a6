import { describe, expect, test } from 'vitest';
import { printWords } from '../../../../src/core/rule-text/print-words.ts';
import { fullBudget, NO_VALUES, type Scope } from '../../../../src/core/state/as-written/value.ts';
import { expandDocument } from '../../../../src/core/state/expand-document.ts';
import { parseDocument } from '../../../../src/core/state/parse-document.ts';
import { parseTemplate } from '../../../../src/core/state/template/parse-template.ts';

type Files = Readonly<Record<string, string>>;

/** The rules of a document as `TABLE CHAIN FAMILY RULE` lines; throws on a diagnostic. */
function expand(text: string, templates: Files = {}, overrides: Scope = NO_VALUES): readonly string[] {
  const { document, problems } = read(text, templates, overrides);
  expect(problems).toEqual([]);
  return document.tables.flatMap((table) =>
    table.chains.flatMap((chain) =>
      chain.rules.flatMap((rule) =>
        rule.versions.map(({ family, words }) => `${table.name} ${chain.name} ${family.slice(3)} ${printWords(words)}`),
      ),
    ),
  );
}

function read(text: string, templates: Files = {}, overrides: Scope = NO_VALUES) {
  const parsed = parseDocument({ path: 'a.yaml', text });
  const [written] = parsed.documents;
  if (written === undefined) throw new Error('no document');
  const found = Object.entries(templates).map(([name, content]) =>
    parseTemplate(name, { path: `${name}.yaml`, text: content }),
  );
  const budget = fullBudget();
  const { document, diagnostics } = expandDocument(written, {
    templates: { found: new Map(found.map(({ template }) => [template.name, template])), names: [] },
    overrides,
    budget,
  });
  const all = [...parsed.diagnostics, ...found.flatMap((one) => one.diagnostics), ...diagnostics];
  return { document, budget, problems: all.map(({ code, message }) => `${code} ${message}`) };
}

const input = (...rules: readonly string[]) =>
  `tables:\n  filter:\n    INPUT:\n${rules.map((rule) => `      - ${rule}\n`).join('')}`;

describe('values', () => {
  test('stand inside words, and two dollars are one', () => {
    expect(
      expand(
        `values: {port: 22, who: 10.0.0.0}\n${input(`-s $who/8 -p tcp --dport 10${'$'}{port} -m comment --comment $$port -j ACCEPT`)}`,
      ),
    ).toEqual(['filter INPUT 4 -s 10.0.0.0/8 -p tcp --dport 1022 -m comment --comment "$port" -j ACCEPT']);
  });

  test('a list repeats the rule, in order; of two lists the first changes slowest', () => {
    expect(
      expand(`family: ipv4\nvalues: {a: [1, 2], b: [3, 4]}\n${input('-p tcp --dport $b --sport $a -j ACCEPT')}`),
    ).toEqual(
      ['3 --sport 1', '3 --sport 2', '4 --sport 1', '4 --sport 2'].map(
        (ports) => `filter INPUT 4 -p tcp --dport ${ports} -j ACCEPT`,
      ),
    );
  });

  test('a name that stands twice in a rule is the same item in both places', () => {
    expect(expand(`family: ipv4\nvalues: {a: [1, 2]}\n${input('-p tcp --dport $a --sport $a -j ACCEPT')}`)).toEqual([
      'filter INPUT 4 -p tcp --dport 1 --sport 1 -j ACCEPT',
      'filter INPUT 4 -p tcp --dport 2 --sport 2 -j ACCEPT',
    ]);
  });

  test('an empty list makes no rule', () => {
    expect(expand(`values: {a: []}\n${input('-s $a -j DROP', '-j ACCEPT')}`)).toEqual([
      'filter INPUT 4 -j ACCEPT',
      'filter INPUT 6 -j ACCEPT',
    ]);
  });

  test('a list of both kinds gives each family its own, alone, in pairs, and beside what is for one family', () => {
    const values = "values: {a: [10.0.0.1, '2001:db8::1'], b: [10.0.0.2, '2001:db8::2', '2001:db8::3']}\n";
    expect(expand(values + input('-s $a -j DROP'))).toEqual([
      'filter INPUT 4 -s 10.0.0.1 -j DROP',
      'filter INPUT 6 -s 2001:db8::1 -j DROP',
    ]);
    expect(expand(values + input('-s $a -d $b -j DROP'))).toEqual([
      'filter INPUT 4 -s 10.0.0.1 -d 10.0.0.2 -j DROP',
      'filter INPUT 6 -s 2001:db8::1 -d 2001:db8::2 -j DROP',
      'filter INPUT 6 -s 2001:db8::1 -d 2001:db8::3 -j DROP',
    ]);
    expect(expand(values + input('-s $b -p icmp -j ACCEPT'))).toEqual(['filter INPUT 4 -s 10.0.0.2 -p icmp -j ACCEPT']);
    expect(expand(`family: ipv6\n${values}${input('-s $b -j DROP')}`)).toHaveLength(2);
    expect(expand(values + input("'! -s $a -j DROP'"))).toHaveLength(2);
    expect(read(values + input("'! -s $b -j DROP'")).problems).toHaveLength(1);
  });

  test('may refer to others, in any order, and a whole list may be part of another', () => {
    expect(
      expand(
        `values:\n  all: [$lan, 10.9.0.0/16]\n  lan: [$net.1.0/24, $net.2.0/24]\n  net: 10.1\n${input('-s $all -j ACCEPT')}`,
      ),
    ).toEqual(['10.1.1.0/24', '10.1.2.0/24', '10.9.0.0/16'].map((net) => `filter INPUT 4 -s ${net} -j ACCEPT`));
  });

  test('given from outside they stand above those of the document, also where others refer to them', () => {
    const span = { file: '--var', start: 0, end: 1 };
    const given: Scope = new Map([['net', { isList: false, items: [{ text: '10.2', span }], span }]]);
    expect(expand(`values: {lan: $net.0.0/16, net: 10.1}\n${input('-s $lan -j ACCEPT')}`, {}, given)).toEqual([
      'filter INPUT 4 -s 10.2.0.0/16 -j ACCEPT',
    ]);
  });

  test('a comment and an id name the item of their rule', () => {
    const text = `values: {who: [10.0.0.1, 10.0.0.2]}\ntables: {filter: {INPUT: [{rule: -s $who -j ACCEPT, comment: from $who, id: r-$who}]}}\n`;
    expect(expand(text)).toEqual([
      'filter INPUT 4 -s 10.0.0.1 -m comment --comment "from 10.0.0.1" -j ACCEPT',
      'filter INPUT 4 -s 10.0.0.2 -m comment --comment "from 10.0.0.2" -j ACCEPT',
    ]);
    const ids = read(text).document.tables[0]?.chains[0]?.rules.map(({ id }) => id?.value);
    expect(ids).toEqual(['r-10.0.0.1', 'r-10.0.0.2']);
  });

  test('lists that multiply are stopped before they fill the memory', () => {
    const ten = (name: string) => `[${Array.from({ length: 10 }, () => name).join(', ')}]`;
    const levels = Array.from({ length: 9 }, (_, level) => `  l${level + 1}: ${ten(`$l${level}`)}\n`).join('');
    const { problems } = read(`values:\n  l0: ${ten('x')}\n${levels}${input('-m comment --comment $l9 -j ACCEPT')}`);
    expect(problems).toEqual(['state.too-large The values of the state have more than a million items']);
  });

  test('a text that doubles is stopped', () => {
    const levels = Array.from({ length: 40 }, (_, level) => `  v${level + 1}: $v${level}$v${level}\n`).join('');
    const { problems } = read(`values:\n  v0: xxxxxxxxxx\n${levels}${input('-m comment --comment $v40 -j ACCEPT')}`);
    expect(problems).toEqual(['state.too-large The value is longer than 10000 characters']);
  });
});

describe('conditions', () => {
  const when = (condition: string, values: string) =>
    expand(`family: ipv4\nvalues: ${values}\ntables: {filter: {INPUT: [{rule: -j ACCEPT, when: '${condition}'}]}}\n`)
      .length === 1;

  test.each([
    ['$x', '{x: true}', true],
    ['$x', '{x: false}', false],
    ['not $x', '{x: false}', true],
    ['not  $x', '{x: true}', false],
    ['$x', '{x: [a]}', true],
    ['$x', '{x: []}', false],
    ['not $x', '{x: []}', true],
    ['$x == a', '{x: a}', true],
    ['$x==b', '{x: a}', false],
    ['$x != b', '{x: a}', true],
    ['$x != a', '{x: a}', false],
    ['$x in [a, b]', '{x: b}', true],
    ['$x in [a,b]', '{x: c}', false],
    ['$x == a', '{x: []}', false],
    ['$x != a', '{x: []}', true],
  ])('%s with %s', (condition, values, expected) => {
    expect(when(condition, values)).toBe(expected);
  });

  test.each([
    'x',
    '$x or $y',
    '$x == ',
    '$x == a b',
    '$x = a',
    '$x in a',
    '$x in []',
    '$x in [a, , b]',
    '!$x',
    'true',
    '$x > 3',
    '$x == $y',
  ])('%s is none', (condition) => {
    const { problems, document } = read(
      `values: {x: true, y: true}\ntables: {filter: {INPUT: [{rule: -j ACCEPT, when: '${condition}'}]}}\n`,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('state.when');
    expect(document.tables[0]?.chains[0]?.rules).toEqual([]);
  });

  test('choose chains and uses as well', () => {
    const text =
      'values: {on: true, off: false}\nuse: [{template: t, when: $off}, {template: t, when: $on}]\n' +
      'tables: {filter: {a: {when: $off, rules: [-j DROP]}, b: {when: $on, rules: [-j DROP, {use: r, when: $off}]}}}\n';
    const templates = { t: 'tables: {filter: {c: [-4 -j ACCEPT]}}\n', r: 'rules: [-j ACCEPT]\n' };
    expect(expand(`family: ipv4\n${text}`, templates)).toEqual(['filter c 4 -j ACCEPT', 'filter b 4 -j DROP']);
  });
});

describe('templates', () => {
  test('come before the own rules, in order, with parameters, defaults and values of their own', () => {
    const templates = {
      web: 'parameters:\n  port: {type: port}\n  from: {type: [cidr], default: [10.0.0.0/8]}\nvalues: {alt: 80$port}\ntables:\n  filter:\n    INPUT:\n      - -s $from -p tcp --dport $alt -j ACCEPT\n',
    };
    expect(
      expand(
        `values: {alt: 9}\nuse:\n  - {template: web, with: {port: 80}}\n  - {template: web, with: {port: 81, from: 10.1.0.1}}\n${input('-4 -p tcp --dport $alt -j DROP')}`,
        templates,
      ),
    ).toEqual([
      'filter INPUT 4 -s 10.0.0.0/8 -p tcp --dport 8080 -j ACCEPT',
      'filter INPUT 4 -s 10.1.0.1 -p tcp --dport 8081 -j ACCEPT',
      'filter INPUT 4 -p tcp --dport 9 -j DROP',
    ]);
  });

  test('see nothing of the document that uses them', () => {
    const { problems } = read(`values: {port: 80}\nuse: [{template: t}]\n`, {
      t: input('-p tcp --dport $port -j ACCEPT'),
    });
    expect(problems).toEqual(['state.unknown-value No value named `port`']);
  });

  test('for the rules of a chain stand where they are used, and may use each other', () => {
    const templates = {
      outer:
        'parameters: {ports: {type: list of port}}\nrules:\n  - -4 -j one\n  - {use: inner, with: {port: $ports}}\n  - -4 -j two\n',
      inner: 'parameters: {port: {type: list of port}}\nrules: [-4 -p tcp --dport $port -j ACCEPT]\n',
    };
    expect(expand(input('-4 -j zero', '{use: outer, with: {ports: [1, 2]}}', '-4 -j three'), templates)).toEqual(
      ['-j zero', '-j one', '-p tcp --dport 1 -j ACCEPT', '-p tcp --dport 2 -j ACCEPT', '-j two', '-j three'].map(
        (rule) => `filter INPUT 4 ${rule}`,
      ),
    );
  });

  const BOTH = {
    t:
      "parameters: {who: {type: list of cidr}, near: {type: list of cidr, default: ['fe80::/10']}}\ntables:\n  filter:\n    c:\n" +
      '      - -p icmpv6 -j ACCEPT\n      - -p icmp -j ACCEPT\n      - -s $near -m comment --comment $who -j ACCEPT\n      - -s $who -j DROP\n' +
      '      - {rule: -p udp --dport 547 -j ACCEPT, family: ipv6}\n',
    outer: 'parameters: {who: {type: list of cidr}}\nuse: [{template: t, with: {who: $who, near: fe80::1}}]\n',
  };

  test.each(['t', 'outer'])('leave out what is for the other family in a document for one: %s', (name) => {
    const use = (who: string) => `use: [{template: ${name}, with: {who: ${who}}}]\n`;
    const four = ['filter c 4 -p icmp -j ACCEPT', 'filter c 4 -s 10.0.0.1 -j DROP'];
    expect(expand(`family: ipv4\n${use('10.0.0.1')}`, BOTH)).toEqual(four);
    expect(expand(`family: ipv6\n${use('fd00::1')}`, BOTH)).toHaveLength(4);
    expect(expand(use('10.0.0.1'), BOTH)).toHaveLength(5);
  });

  test('but not what the use gives them', () => {
    const { problems } = read(`family: ipv4\nuse: [{template: t, with: {who: fd00::1}}]\n`, BOTH);
    expect(problems).toEqual(['state.family `fd00::1` is for ipv6 and contradicts `family: ipv4`']);
  });

  test('nor what is for no family in any document', () => {
    const { problems } = read('family: ipv4\nuse: [{template: t}]\n', { t: input('-s 10.0.0.1 -d fd00::1 -j DROP') });
    expect(problems).toEqual(['state.family `fd00::1` is for ipv6 and contradicts `family: ipv4`']);
  });

  test('name chains by their parameters', () => {
    const templates = {
      port: 'parameters: {id: {type: string}}\ntables: {filter: {sg-$id: [-4 -j RETURN], FORWARD: [-4 -j sg-$id]}}\n',
    };
    expect(expand('use: [{template: port, with: {id: a1}}, {template: port, with: {id: b2}}]\n', templates)).toEqual([
      'filter sg-a1 4 -j RETURN',
      'filter FORWARD 4 -j sg-a1',
      'filter sg-b2 4 -j RETURN',
      'filter FORWARD 4 -j sg-b2',
    ]);
  });

  test('a parameter that is neither required nor given makes no rule, is no comment, and is not given on', () => {
    const templates = {
      a:
        'parameters: {who: {type: cidr, required: false}, why: {type: string, required: false}}\nuse: [{template: b, with: {who: $who}}]\n' +
        'tables: {filter: {INPUT: [-s $who -j ACCEPT, {rule: -4 -j DROP, comment: $why}]}}\n',
      b: 'parameters: {who: {type: cidr, default: 10.0.0.1}}\ntables: {filter: {INPUT: [-s $who -j LOG]}}\n',
    };
    expect(expand('use: [{template: a}]\n', templates)).toEqual([
      'filter INPUT 4 -s 10.0.0.1 -j LOG',
      'filter INPUT 4 -j DROP',
    ]);
  });

  test('tell of every rule through which uses, and with which values, it came to be', () => {
    const templates = {
      outer: 'parameters: {port: {type: port}}\nuse: [{template: inner, with: {port: $port}}]\n',
      inner: 'parameters: {port: {type: port}}\ntables: {filter: {INPUT: [-4 -p tcp --dport $port -j ACCEPT]}}\n',
    };
    const text = 'use: [{template: outer, with: {port: 80}}]\n';
    const rule = read(text, templates).document.tables[0]?.chains[0]?.rules[0];
    const shown = (span: { readonly file: string; readonly start: number; readonly end: number }) =>
      `${span.file} ${({ ...templates, a: text } as Files)[span.file.replace('.yaml', '')]?.slice(span.start, span.end)}`;
    expect(rule === undefined ? '' : shown(rule.span)).toBe('inner.yaml -4 -p tcp --dport $port -j ACCEPT');
    expect(rule?.span.expanded?.calls.map(shown)).toEqual(['outer.yaml inner', 'a.yaml outer']);
    expect(rule?.span.expanded?.values.map(({ span }) => shown(span))).toEqual(['a.yaml 80']);
  });

  test('that multiply are stopped', () => {
    const ten = (name: string) => `use: [${Array.from({ length: 12 }, () => `{template: ${name}}`).join(', ')}]\n`;
    const templates = Object.fromEntries(Array.from({ length: 9 }, (_, level) => [`t${level}`, ten(`t${level + 1}`)]));
    const { problems } = read(ten('t0'), { ...templates, t9: input('-4 -j ACCEPT') });
    expect(problems).toEqual(['state.too-large The state uses templates more than 100000 times']);
  });

  test('that use themselves are an error', () => {
    expect(read('use: [{template: t}]\n', { t: 'use: [{template: t}]\n' }).problems).toEqual([
      'state.template Templates use each other in a circle: `t` -> `t`',
    ]);
  });

  test('a mistake in a value is told once, not in every rule that needs it', () => {
    const { problems } = read(
      `values: {a: $b, c: $a}\nuse: [{template: t, with: {who: $c}}]\n${input('-s $a -j ACCEPT', '-s $c -j ACCEPT')}`,
      {
        t: 'parameters: {who: {type: cidr}}\ntables: {filter: {INPUT: [-s $who -j LOG]}}\n',
      },
    );
    expect(problems).toEqual(['state.unknown-value No value named `b`']);
  });
});
