import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasErrors } from '../../src/core/diagnostics/diagnostic.ts';
import { parseSave } from '../../src/core/restore/parse-save.ts';
import { parseScript, type ScriptTable } from '../../src/core/restore/parse-script.ts';
import { printTable } from '../../src/core/restore/print-table.ts';
import { lexRule } from '../../src/core/rule-text/lex.ts';
import { printWords } from '../../src/core/rule-text/print-words.ts';
import { type Backend, FAMILIES, type Family } from '../../src/core/rules/types.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const folder = mkdtempSync(join(tmpdir(), 'fw-grammar-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Restores the text in a network namespace of its own and saves; `saved` is undefined if restore failed. */
function load(backend: Backend, family: Family, text: string): { saved: string | undefined; said: string } {
  const program = `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}`;
  const script = `${program}-restore >/dev/null && ${program}-save`;
  const env = { ...process.env, XTABLES_LOCKFILE: join(folder, 'lock') };
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], {
    input: text,
    encoding: 'utf8',
    env,
  });
  return { saved: status === 0 ? stdout : undefined, said: stderr };
}

/** The saved tables without what does not matter: headers, counters, and tables that are as good as absent. */
function comparable(saved: string, family: Family) {
  const { ruleset, problems } = parseSave(saved, family);
  expect(problems).toEqual([]);
  const texts = ruleset.tables.map((table) => printTable(table, { counters: false }));
  return texts
    .map((text) => text.replace(/\[\d+:\d+\]/g, '[0:0]'))
    .filter((text) => /^-A|DROP \[| - \[/m.test(text))
    .sort();
}

function restoreText(tables: readonly ScriptTable[]): string {
  const ruleset = tables.map(({ name, chains }) => ({
    name,
    chains: chains.map(({ name, builtin, policy, rules }) =>
      builtin ? { name, policy: policy?.policy ?? ('ACCEPT' as const), rules } : { name, rules },
    ),
  }));
  return ruleset.map((table) => printTable(table, { counters: false })).join('');
}

const COMMENTS = [
  'a b',
  'x9_a-b',
  "it's",
  'a"b',
  'a\\b',
  'a\\',
  '\\"',
  '"',
  "'",
  '',
  ' ',
  ' a ',
  '-j DROP',
  '-j',
  '!',
  '#',
  '# x',
  '[1:2]',
  'COMMIT',
  '*nat',
  '$x $(y) `z`',
  '%s%n',
  'é ü',
  '😀',
  'a\u00a0b',
  'a,b',
  'a;b|c&d>e',
  '\u2028',
  '--comment',
  '{"a":["b"]}',
  'a'.repeat(255),
];

describe.each(FAMILIES.flatMap((family) => BACKENDS.map((backend) => [family, backend] as const)))(
  '%s %s',
  (family, backend) => {
    test('awkward comments come back as printWords prints them and lexRule reads them', () => {
      const rules = COMMENTS.map((comment) => printWords(['-m', 'comment', '--comment', comment, '-j', 'ACCEPT']));
      const { saved = '', said } = load(
        backend,
        family,
        `*filter\n:x - [0:0]\n${rules.map((rule) => `-A x ${rule}\n`).join('')}COMMIT\n`,
      );
      expect(said).toBe('');
      const live = parseSave(saved, family).ruleset.tables[0]?.chains.find((chain) => chain.name === 'x');
      expect(live?.rules.map((rule) => rule.text)).toEqual(rules);
      expect(live?.rules.map((rule) => lexRule(rule.text).words[3]?.value)).toEqual(COMMENTS);
    });

    test.each([
      ['a"b c" -j DROP'],
      ['"a"-j DROP'],
      ['""-j DROP'],
      ['a\\b -j DROP'],
      ['a\\"b c"\t-j\tDROP'],
      ['"a\\b\\\\\\"" -j DROP'],
      ["it's\t -j DROP  "],
      ['"x" "-j" "DROP"'],
      ['#x -j DROP'],
      ['-j -j DROP'],
    ])('%j is lexed as restore lexes it', (text) => {
      const written = `-m comment --comment ${text}`;
      const words = lexRule(written).words.map((word) => word.value);
      const { saved = '' } = load(backend, family, `*filter\n:x - [0:0]\n-A x ${written}\nCOMMIT\n`);
      expect(saved).toContain(`-A x ${printWords(words)}\n`);
    });
  },
);

type Case = {
  readonly script: string;
  readonly takes: readonly Backend[];
  /** What parseScript says, if anything: a piece of a message. */
  readonly refused?: string;
};

function filter(...lines: readonly string[]): string {
  return `*filter\n:T - [0:0]\n${lines.map((line) => `${line}\n`).join('')}COMMIT\n`;
}

function rules(...lines: readonly string[]): string {
  return filter('-A T -s 1.1.1.1', '-A T -s 2.2.2.2 -j DROP', ...lines);
}

const LONG_NAME = 'n'.repeat(29);

const TAKEN: readonly string[] = [
  '',
  '# only a comment\n',
  '\n\n# x\n*filter\n\n# y\n-A INPUT -j DROP\n\nCOMMIT\n\n# z\n',
  '* filter\n:INPUT DROP\n-A INPUT -j ACCEPT\nCOMMIT\n',
  '*filter junk\n-A INPUT -j DROP\nCOMMIT\n',
  '*\tfilter \t\n-A INPUT -j DROP\nCOMMIT\n',
  filter('-A T -j DROP') + filter('-A INPUT -j T'),
  '*nat\n-A POSTROUTING -o eth9 -j MASQUERADE\nCOMMIT\n*raw\n:OUTPUT DROP [1:2]\nCOMMIT\n*mangle\n-A FORWARD\nCOMMIT\n',
  '*filter\n:INPUT DROP [a:b] junk\n:OUTPUT - [0:0]\n: T\t- junk\nCOMMIT\n',
  '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\n:INPUT - [0:0]\nCOMMIT\n',
  '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\n:INPUT ACCEPT [0:0]\nCOMMIT\n',
  '*filter\n-A INPUT -j DROP\n:late - [0:0]\n-A INPUT -j late\n-A late -j RETURN\nCOMMIT\n',
  '*filter\n:é - [0:0]\n:a!b - [0:0]\n:LOG - [0:0]\n:PREROUTING - [0:0]\n-A a!b -j LOG\n-A PREROUTING -j é\nCOMMIT\n',
  `*filter\n:${LONG_NAME.slice(1)} - [0:0]\n-A INPUT -j ${LONG_NAME.slice(1)}\nCOMMIT\n`,
  '*filter\n-N web\n-A web -j DROP\n--new-chain other\nCOMMIT\n',
  '*filter\n-F\n-X\n-Z\n-P INPUT DROP\n-A INPUT -j ACCEPT\nCOMMIT\n',
  '*filter\n:a - [0:0]\n:b - [0:0]\n-X\nCOMMIT\n',
  rules('-I T -s 9.9.9.9'),
  rules('-I T 1 -s 9.9.9.9', '-I T 2 -s 8.8.8.8'),
  rules('-I T 3 -s 9.9.9.9', '-I T 0x2 -s 8.8.8.8', '-I T 02 -s 7.7.7.7', '-I T +2 -s 6.6.6.6'),
  rules('-IT 2 -s 9.9.9.9', '--insert=T 2 -s 8.8.8.8', '--insert T "2" -s 7.7.7.7'),
  rules('-D T 1'),
  rules('-D T -s 2.2.2.2 -j DROP'),
  rules('-D T -s 1.1.1.1 '),
  rules('-F T', '-A T -s 3.3.3.3'),
  rules('-F T', '-X T'),
  rules('-A INPUT -j T', '-F T', '-F INPUT', '-X T'),
  rules('-Z T', '-Z', '-P FORWARD DROP', '--policy OUTPUT DROP'),
  rules('  -A T -s 9.9.9.9', '\t-A T\t-s  8.8.8.8 '),
  rules(
    '-AT -s 9.9.9.9',
    '--append T --jump DROP',
    '--app=T -j DROP',
    '-j DROP -A T',
    '-A "T" -j DROP',
    '"-A" T -j DROP',
  ),
  rules('[1:2] -A T -s 9.9.9.9', '[1:2]-A T -s 8.8.8.8', '[a:b]  -A T -s 7.7.7.7', '[5:6] -I T -s 6.6.6.6'),
  rules(
    '-A T -c 1 2 -s 9.9.9.9',
    '-A T -s 8.8.8.8 -c 1,2',
    '-A T --set-counters 1 2 -s 7.7.7.7',
    '-A T --set-counters=3,4 -j DROP',
  ),
  rules('-4 -A T -s 9.9.9.9', '-A T -4 -s 8.8.8.8', '--ipv4 -A T -s 7.7.7.7', '-4A T -s 6.6.6.6'),
  rules(
    '-6 -A T -s 9::9',
    '-A T -6 -s 9::9',
    '--ipv6 -A gone -s 9::9',
    '-46 -A T',
    '-6 -A T -m nothing --foo',
    '-A T -s 9::9 -6',
  ),
  rules('-A T -v -s 9.9.9.9', '-v -A T -s 8.8.8.8', '-vA T -fs 7.7.7.7,6.6.6.6'),
  rules('-A T -s 1.0.0.1,1.0.0.2 -d 2.0.0.1,2.0.0.2 -j DROP', '-A T -d 2.0.0.1,2.0.0.2 -s 1.0.0.1,1.0.0.2 -j ACCEPT'),
  rules(
    '-I T -s 1.0.0.1,1.0.0.2 -d 2.0.0.1,2.0.0.2',
    '-I T 2 --src 3.0.0.1,3.0.0.2',
    '-I T 3 --des "4.0.0.1, 4.0.0.2,10/8"',
  ),
  rules('-A T ! -i lo -s 1.0.0.1,1.0.0.1,0.0.0.0/0'),
  rules('-A T -s 1.0.0.1,1.0.0.2 -j ACCEPT', '-D T -s 1.0.0.1 -j ACCEPT', '-D T 3'),
  rules('-A T -p tcp -m multiport --dports 80,443 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
  rules(
    '-A T -m comment --comment -t -j DROP',
    '-A T -m comment --comment "-t nat" -j DROP',
    '-A T -m comment --comment -6',
  ),
  rules('-A T -m comment --comment "-A INPUT" -j DROP', '-A T -m comment --comment -s -d 9.9.9.9,8.8.8.8'),
  rules(
    '-A T -m comment --comment #x -j DROP',
    '-A T -m comment --comment " # x" -j DROP',
    "-A T -m comment --comment 'x'",
  ),
  rules(
    '-A T -p tcp --syn --dport ssh -j REJECT',
    '-A T -p tcp --tcp-flags SYN,ACK SYN -g T',
    '-A T ! -i lo ! -p udp -j LOG --log-prefix "x: "',
  ),
  rules('-A INPUT -j T', '-A T'),
];

const REFUSED: readonly Case[] = [
  { script: rules('   '), takes: [], refused: 'nothing but blanks' },
  { script: `  \n${rules()}`, takes: [], refused: 'outside a table' },
  { script: rules('  # x'), takes: [], refused: 'blanks before "#"' },
  { script: rules('-A T -j DROP # x'), takes: [], refused: 'does not expect "#" here' },
  { script: rules('-A T -j DROP #x'), takes: [], refused: 'does not expect "#x" here' },
  { script: ' *filter\nCOMMIT\n', takes: [], refused: 'outside a table' },
  { script: '*\nCOMMIT\n', takes: [], refused: 'no table ""' },
  { script: '*FILTER\nCOMMIT\n', takes: [], refused: 'no table "FILTER"' },
  { script: rules().replaceAll('\n', '\r\n'), takes: [], refused: 'Windows line ends' },
  { script: '*filter\n-A INPUT -j DROP\r\nCOMMIT\n', takes: [], refused: 'Windows line ends' },
  { script: '*filter\n-A INPUT -j DROP\nCOMMIT \n', takes: [], refused: 'COMMIT has blanks' },
  { script: '*filter\n-A INPUT -j DROP\n COMMIT\n', takes: [], refused: 'COMMIT has blanks' },
  { script: `${rules()}COMMIT\n`, takes: [], refused: 'outside a table' },
  { script: '*filter\n-A INPUT -j DROP\n', takes: [], refused: 'has no COMMIT' },
  { script: '*filter\n-A INPUT -j DROP\ncommit\n', takes: [], refused: 'does not expect "commit"' },
  { script: '*filter\n*nat\nCOMMIT\n', takes: [], refused: 'before the COMMIT' },
  { script: '-A INPUT -j DROP\n*filter\nCOMMIT\n', takes: [], refused: 'outside a table' },
  { script: `\ufeff${rules()}`, takes: [], refused: 'outside a table' },
  { script: rules('-t filter -A T'), takes: [], refused: 'cannot be named' },
  { script: rules('-A T --table nat'), takes: [], refused: 'cannot be named' },
  { script: rules('-A T -ft nat'), takes: [], refused: 'cannot be named' },
  { script: rules('hello'), takes: [], refused: 'does not expect "hello"' },
  { script: '*filter\n:T\nCOMMIT\n', takes: [], refused: 'needs a chain and a policy' },
  { script: '*filter\n:\nCOMMIT\n', takes: [], refused: 'needs a chain and a policy' },
  { script: '*filter\n :T - [0:0]\nCOMMIT\n', takes: [], refused: 'blanks before ":"' },
  { script: '*filter\n:INPUT REJECT [0:0]\nCOMMIT\n', takes: [], refused: '"REJECT" is not a policy' },
  { script: '*filter\n:INPUT drop [0:0]\nCOMMIT\n', takes: [], refused: '"drop" is not a policy' },
  { script: '*filter\n:T ACCEPT [0:0]\nCOMMIT\n', takes: ['nft'], refused: 'cannot have a policy' },
  { script: '*filter\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n', takes: ['nft'], refused: 'cannot have a policy' },
  { script: '*filter\n:T - [0:0]\n-A T -j DROP\n:T - [0:0]\nCOMMIT\n', takes: ['nft'], refused: 'there already' },
  { script: '*filter\n:DROP - [0:0]\nCOMMIT\n', takes: [], refused: 'a target of its own' },
  { script: '*filter\n:-x - [0:0]\nCOMMIT\n', takes: ['legacy'], refused: 'begins with "-"' },
  { script: `*filter\n:${LONG_NAME} - [0:0]\nCOMMIT\n`, takes: [], refused: 'has 29 bytes' },
  { script: `*filter\n-N ${LONG_NAME}\nCOMMIT\n`, takes: [], refused: 'has 29 bytes' },
  { script: '*filter\n:ééééééééééééééé - [0:0]\nCOMMIT\n', takes: [], refused: 'has 30 bytes' },
  { script: rules('-N T'), takes: [], refused: 'there already' },
  { script: rules('-N INPUT'), takes: [], refused: 'there already' },
  { script: rules('-N X -j DROP'), takes: [], refused: 'does not take a rule' },
  { script: rules('-N X extra'), takes: [], refused: 'does not expect "extra"' },
  { script: rules('-A X -j DROP'), takes: [], refused: 'no chain "X"' },
  { script: rules('-A PREROUTING -j DROP'), takes: [], refused: 'no chain "PREROUTING"' },
  { script: rules('-A X', ':X - [0:0]'), takes: [], refused: 'no chain "X"' },
  { script: rules('-I T 4 -j DROP'), takes: [], refused: '"4" is no place' },
  { script: rules('-I T 0 -j DROP'), takes: [], refused: '"0" is no place' },
  { script: rules('-I T x -j DROP'), takes: [], refused: '"x" is no place' },
  { script: rules('-I T -j DROP 2'), takes: [], refused: 'does not expect "2"' },
  { script: rules('-A T 1 -j DROP'), takes: [], refused: 'does not expect "1"' },
  { script: rules('-R T 3 -j DROP'), takes: [], refused: '"3" is no place' },
  { script: rules('-R T -j DROP'), takes: [], refused: 'needs a rule number' },
  { script: rules('-R T 1 -s 3.3.3.3,4.4.4.4'), takes: [], refused: 'cannot be replaced by a list' },
  { script: rules('-D T 3'), takes: [], refused: '"3" is no place' },
  { script: rules('-D T 1 -s 1.1.1.1'), takes: [], refused: 'does not take a rule' },
  { script: rules('-D T -s 7.7.7.7'), takes: [], refused: 'No rule of the chain' },
  { script: rules('-F X'), takes: [], refused: 'no chain "X"' },
  { script: rules('-X T'), takes: [], refused: 'still has rules' },
  { script: rules('-X'), takes: [], refused: 'still has rules' },
  { script: rules('-F T', '-A INPUT -j T', '-X T'), takes: [], refused: 'still jumps to' },
  { script: rules('-X INPUT'), takes: [], refused: 'is a built-in chain' },
  { script: rules('-P T DROP'), takes: [], refused: 'is not a built-in chain' },
  { script: rules('-P INPUT REJECT'), takes: [], refused: '"REJECT" is not a policy' },
  { script: rules('-P INPUT'), takes: [], refused: 'needs a chain and a policy' },
  { script: rules('-E T U'), takes: ['legacy'], refused: 'cannot rename' },
  { script: rules('-A T -w -j DROP'), takes: [], refused: 'does not take --wait' },
  { script: rules('-A T -n -j DROP'), takes: [], refused: 'no place in a file' },
  { script: rules('-A T -M /bin/true -j DROP'), takes: ['nft', 'legacy'], refused: 'names a program to run' },
  { script: rules('-A T -A INPUT'), takes: [], refused: 'has the command "-A" already' },
  { script: rules('-j DROP'), takes: [], refused: 'has no command' },
  { script: rules('! -A T'), takes: [], refused: '"!" has no meaning' },
  { script: rules('-A'), takes: [], refused: '"-A" needs a chain' },
  { script: rules('[1:2 -A T'), takes: [], refused: 'Counters are written' },
  { script: rules('[1] -A T'), takes: [], refused: 'Counters are written' },
  { script: rules(' [1:2] -A T'), takes: [], refused: 'blanks before "["' },
  { script: rules('[1:2]'), takes: [], refused: 'has no command' },
  { script: rules('-A T -c 1 -j DROP'), takes: [], refused: 'needs a number of packets' },
  { script: rules('-A T -c a b -j DROP'), takes: [], refused: 'needs a number of packets' },
  { script: rules('-A T ! -s 1.1.1.1,2.2.2.2'), takes: [], refused: 'cannot be negated where' },
  { script: rules('-A T ! -d 9.9.9.9 -s 1.1.1.1,2.2.2.2'), takes: [], refused: 'cannot be negated where' },
  {
    script: rules('-A T -s 1.0.0.1', '-D T -s 1.0.0.1'),
    takes: BACKENDS,
    refused: 'Which rule this deletes depends',
  },
  { script: rules('-A T -s 1.1.1.1,'), takes: [], refused: 'an empty part' },
  { script: rules(`-A T -m comment --comment "${'a'.repeat(1024)}"`), takes: [], refused: 'longer than 1023 bytes' },
  {
    script: rules(`-A T -j DROP${' '.repeat(10_227)}-A INPUT -j ACCEPT`),
    takes: ['nft', 'legacy'],
    refused: 'longer than 10239 bytes',
  },
  { script: `#${' '.repeat(10_238)}*raw\nCOMMIT\n`, takes: ['nft', 'legacy'], refused: 'longer than 10239 bytes' },
  { script: rules('-A T -m comment --comment "open'), takes: ['nft', 'legacy'], refused: 'not closed' },
  { script: rules('-A T -m comment --comment a\u001bb'), takes: ['nft', 'legacy'], refused: 'an escape character' },
];

/** As long as a line can be: iptables-restore reads it in one piece, and what follows is a line of its own as it should be. */
const LONGEST: readonly string[] = [`#${' '.repeat(10_238)}\n${rules('-A T -j DROP')}`];

/** Only one backend takes them, and nothing is lost by taking them. */
const TAKEN_BY_ONE: readonly Case[] = [
  { script: '*filter\n-A INPUT -j DROP\nCOMMIT', takes: ['nft'] },
  { script: rules('-R T 1 -s 9.9.9.9', '--replace T 2 -j DROP'), takes: ['legacy'] },
  { script: rules('-R T 2 -s 9.9.9.9'), takes: ['legacy'] },
];

const CASES: readonly Case[] = [
  ...[...TAKEN, ...LONGEST].map((script) => ({ script, takes: BACKENDS })),
  ...TAKEN_BY_ONE,
  ...REFUSED,
];

describe.each(BACKENDS)('scripts on %s', (backend) => {
  test.each(CASES.map((each) => [each.script.slice(0, 400), each] as const))('%j', (_, { script, takes, refused }) => {
    const { saved } = load(backend, 'ipv4', script);
    expect(saved !== undefined).toBe(takes.includes(backend));
    const { tables, diagnostics } = parseScript('ipv4.rules', script, 'ipv4');
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').map(({ message }) => message);
    if (refused !== undefined) return expect(errors.join('\n')).toContain(refused);
    expect(errors).toEqual([]);
    expect(hasErrors(diagnostics)).toBe(false);
    const again = load(backend, 'ipv4', restoreText(tables));
    expect(again.said).toBe('');
    if (saved !== undefined) expect(comparable(again.saved ?? '', 'ipv4')).toEqual(comparable(saved, 'ipv4'));
    const made = tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
    const live = parseSave(again.saved ?? '', 'ipv4').ruleset.tables.flatMap(({ chains }) =>
      chains.flatMap((chain) => chain.rules),
    );
    expect(live.length).toBe(made.length);
  });

  test('a file for both families gives each its own rules', () => {
    const script = filter(
      '-A T -s ::1,::2 -6',
      '-4 -A T -s 1.1.1.1',
      '-A T -j DROP',
      '-A T ! -i lo -s 1::/16,3:: --ipv6',
    );
    const { tables, diagnostics } = parseScript('both.rules', script, 'ipv6');
    expect(diagnostics).toEqual([]);
    const again = load(backend, 'ipv6', restoreText(tables));
    expect(comparable(again.saved ?? '', 'ipv6')).toEqual(
      comparable(load(backend, 'ipv6', script).saved ?? '', 'ipv6'),
    );
    expect(tables[0]?.chains.at(-1)?.rules).toHaveLength(5);
  });
});
