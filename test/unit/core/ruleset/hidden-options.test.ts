import { describe, expect, test } from 'vitest';
import { parseScript } from '../../../../src/core/restore/parse-script.ts';
import { readRule } from '../../../../src/core/state/rule/read-rule.ts';

// What a rule may not hold because iptables-restore obeys it: a program to run as root, an end of the restore, another table, a counter.
const PROGRAM = ['-M', '--modprobe', '--mod', '--mo', '--modpro'].map((option) => `${option} /tmp/x`);
const JOINED = ['-M/tmp/x', '--modprobe=/tmp/x', '--mo=/tmp/x', '-vM/tmp/x', '-vM /tmp/x', '"--mod"pro /tmp/x'];
const QUOTED = ['"-M" /tmp/x', '"--modpro" /tmp/x', '"--modprobe=/tmp/x"', '-"M" /tmp/x'];
const ENDING = ['-V', '--version', '--vers', '-h', '--help', '--hel', '--he', '-vV'];
const TALKING = ['-v', '--verbose', '--verb', '-n', '--num', '-x', '--exa', '--line-numbers', '--line', '-w', '-w5'];
const TALKING_LONG = ['--wait', '--wait=5', '-W 5', '--wait-i 5'];
const TABLES = ['-t nat', '--table nat', '--table=nat', '--tab nat', '--t nat', '-tnat'];
const COMMANDS = [
  '-C INPUT',
  '--check INPUT',
  '--che INPUT',
  '-L',
  '--list',
  '--lis',
  '-S',
  '--list-r',
  '-E a b',
  '--ren a b',
];
const SECOND = [
  '-A INPUT',
  '--append INPUT',
  '--append=INPUT',
  '-I INPUT',
  '-D INPUT',
  '-P INPUT DROP',
  '-F',
  '-X',
  '-Z',
  '-N x',
];
const COUNTERS = ['--set-c 1 2', '--set-counter 1 2'];
const PATHS = ['-m ../../tmp/x', '-m "a/b"', '-p ../x', '-g x/y', '--match ../x', '--protocol a/b'];

// In a .rules file `-v` says nothing and counters are ignored, as iptables-restore does without --counters.
const IN_SCRIPTS_TOO = [
  ...[PROGRAM, JOINED, QUOTED, ENDING, TABLES, COMMANDS, SECOND, COUNTERS, PATHS].flat(),
  ...TALKING.filter((words) => !/^(-v|--verbose)$/.test(words)),
  ...TALKING_LONG,
].filter((words) => words !== '--append=INPUT');

function readState(text: string) {
  const span = { file: 'f', start: 0, end: text.length };
  return readRule({ text, span, exact: true }, { values: new Map() });
}

describe('options that a rule may not have', () => {
  const all = [
    PROGRAM,
    JOINED,
    QUOTED,
    ENDING,
    TALKING,
    TALKING_LONG,
    TABLES,
    COMMANDS,
    SECOND,
    COUNTERS,
    PATHS,
  ].flat();

  test.each(all)('a state document refuses %s, wherever it stands', (words) => {
    for (const text of [`${words} -p tcp -j ACCEPT`, `-p tcp ${words} -j ACCEPT`, `-p tcp -j ACCEPT ${words}`]) {
      const { rules, diagnostics } = readState(text);
      expect(
        rules.map(({ versions }) => versions),
        text,
      ).toEqual([[]]);
      expect(diagnostics.length, text).toBeGreaterThan(0);
    }
  });

  test.each(IN_SCRIPTS_TOO)('a .rules file refuses %s, wherever it stands', (words) => {
    for (const rule of [`-p tcp ${words} -j ACCEPT`, `-p tcp -j ACCEPT ${words}`, `-m tcp -p tcp --dport 1 ${words}`]) {
      const { diagnostics } = parseScript('f', `*filter\n-A INPUT ${rule}\nCOMMIT\n`, 'ipv4');
      expect(diagnostics.length, rule).toBeGreaterThan(0);
    }
  });

  test('a value may hold what an option may not, if it reaches iptables as a value', () => {
    expect(readState('$x -m tcp').diagnostics.length).toBeGreaterThan(0);
    const text = '$x';
    const span = { file: 'f', start: 0, end: 2 };
    const asOption = readRule(
      { text, span, exact: true },
      {
        values: new Map([['x', { isList: false, items: [{ text: '--modpro=/tmp/x', span }], span }]]),
      },
    );
    expect(asOption.rules.map(({ versions }) => versions)).toEqual([[]]);
    const asComment = readState('-m comment --comment "--modprobe /tmp/x" -j ACCEPT');
    expect(asComment.diagnostics).toEqual([]);
    expect(asComment.rules[0]?.versions[0]?.words).toContain('--modprobe /tmp/x');
  });

  test.each([
    '-m recent --set --name a',
    '-m policy --dir in --pol ipsec --proto esp',
    '-m statistic --mode random --probability 0.5',
    '-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1',
    '-s 10.0.0.0/8 -d 192.0.2.0/24',
    '-m conntrack --ctstate NEW --ctdir ORIGINAL',
  ])('an ordinary rule is still taken: %s', (text) => {
    expect(readState(`${text} -j ACCEPT`).diagnostics).toEqual([]);
    expect(parseScript('f', `*filter\n-A INPUT ${text} -j ACCEPT\nCOMMIT\n`, 'ipv4').diagnostics).toEqual([]);
  });
});
