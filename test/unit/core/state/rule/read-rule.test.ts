import { describe, expect, test } from 'vitest';
import { printWords } from '../../../../../src/core/rule-text/print-words.ts';
import type { WrittenRule } from '../../../../../src/core/state/as-written/written.ts';
import { readRule } from '../../../../../src/core/state/rule/read-rule.ts';

const FILE = 'f';

function written(text: string, more: Partial<WrittenRule> = {}): WrittenRule {
  return { text, span: { file: FILE, start: 100, end: 100 + text.length }, exact: true, ...more };
}

function at<T>(value: T): { readonly value: T; readonly span: { file: string; start: number; end: number } } {
  return { value, span: { file: FILE, start: 0, end: 1 } };
}

function read(text: string, more: Partial<WrittenRule> = {}) {
  const { rules, diagnostics } = readRule(written(text, more), { values: new Map() });
  const [rule] = rules;
  if (rule === undefined || rules.length > 1) throw new Error(`${rules.length} rules`);
  return { rule, diagnostics };
}

/** `4: text` and `6: text` for the families the rule goes to. */
function versions(text: string, more: Partial<WrittenRule> = {}): readonly string[] {
  const { rule, diagnostics } = read(text, more);
  expect(diagnostics).toEqual([]);
  return rule.versions.map(({ family, words }) => `${family.slice(3)}: ${printWords(words)}`);
}

function problems(text: string, more: Partial<WrittenRule> = {}): readonly string[] {
  const { rule, diagnostics } = read(text, more);
  expect(rule.versions).toEqual([]);
  return diagnostics.map(
    (one) => `${one.code} ${text.slice((one.span?.start ?? 0) - 100, (one.span?.end ?? 0) - 100)}`,
  );
}

describe('the families of a rule', () => {
  test.each([
    '-j ACCEPT',
    '-p tcp --dport 80 -j ACCEPT',
    '-p tcp -m tcp --sport 1:100 -j ACCEPT',
    '-p ah -m ah --ahspi 1 -j ACCEPT',
    '-p ipv6 -j ACCEPT',
    '-s 0/0 -j ACCEPT',
    '-s example.com -j ACCEPT',
    '-m mac --mac-source 02:ab:cd:00:00:01 -j ACCEPT',
    '-m time --timestart 10:00 --timestop 12:00 -j ACCEPT',
    '-m comment --comment 10.0.0.1 -j ACCEPT',
    '-m comment --comment "see 2001:db8::1" -j ACCEPT',
    '-m comment --comment -6 -j ACCEPT',
    '-i 10.0.0.1 -j ACCEPT',
    '-m set --match-set 10.0.0.0/8 src -j ACCEPT',
    '-j LOG --log-prefix ::1',
    '-m recent --name 10.0.0.1 --set -j ACCEPT',
    '-p tcp -j REJECT --reject-with tcp-reset',
    '-j REJECT --reject-with port-unreach',
    '-j REJECT',
    '-j NETMAP',
    '-m ecn --ecn-ip-ect 0 -j ACCEPT',
  ])('%s goes to both', (text) => {
    expect(read(text)).toMatchObject({ diagnostics: [], rule: { versions: [{ family: 'ipv4' }, { family: 'ipv6' }] } });
  });

  test.each([
    '-s 10.0.0.1 -j ACCEPT',
    '! -d 10.0.0.0/8 -j ACCEPT',
    '-s 10/8 -j ACCEPT',
    '-s 10.0.0.1,10.0.0.2 -j ACCEPT',
    '--src 10.0.0.1 -j ACCEPT',
    '--dest 10.0.0.1 -j ACCEPT',
    '-s 0.0.0.0/0 -j ACCEPT',
    '-p icmp -j ACCEPT',
    '-p ICMP -j ACCEPT',
    '-p 1 -j ACCEPT',
    '-m icmp --icmp-type 8 -j ACCEPT',
    '-f -j DROP',
    '-j REJECT --reject-with icmp-port-unreachable',
    '-j REJECT --reject-with host-prohib',
    '-j DNAT --to-destination 10.0.0.1:80',
    '-j SNAT --to-source 10.0.0.1-10.0.0.9',
    '-j NETMAP --to 10.0.0.0/24',
    '-m iprange --src-range 10.0.0.1-10.0.0.9 -j ACCEPT',
    '-j TEE --gateway 10.0.0.1',
    '-j TPROXY --on-ip 127.0.0.1 --on-port 1',
    '-m conntrack --ctorigdst 10.0.0.1 -j ACCEPT',
    '-m ttl --ttl-eq 1 -j ACCEPT',
    '-m realm --realm 1 -j ACCEPT',
    '-j TTL --ttl-set 3',
    '-j ECN --ecn-tcp-remove',
    '! -p icmp -s 10.0.0.1 -j DROP',
  ])('%s goes to IPv4', (text) => {
    expect(read(text)).toMatchObject({ diagnostics: [], rule: { versions: [{ family: 'ipv4' }] } });
    expect(read(text).rule.versions).toHaveLength(1);
  });

  test.each([
    '-s 2001:db8::1 -j ACCEPT',
    '-d ::/0 -j ACCEPT',
    '-s 2001:db8::12345 -j ACCEPT',
    '-p icmpv6 -j ACCEPT',
    '-p ipv6-icmp --icmpv6-type 128 -j ACCEPT',
    '-p 58 -j ACCEPT',
    '-m icmp6 --icmpv6-type 1 -j ACCEPT',
    '-m hl --hl-eq 255 -j ACCEPT',
    '-m rt --rt-type 0 -j DROP',
    '-m ipv6header --header hop -j DROP',
    '-j REJECT --reject-with icmp6-adm-prohibited',
    '-j REJECT --reject-with no-route',
    '-j DNAT --to-destination [2001:db8::1]:80',
    '-j HL --hl-set 3',
    '-j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8::/64',
  ])('%s goes to IPv6', (text) => {
    expect(read(text)).toMatchObject({ diagnostics: [], rule: { versions: [{ family: 'ipv6' }] } });
    expect(read(text).rule.versions).toHaveLength(1);
  });

  test('a list with both kinds gives each family its own', () => {
    expect(versions('-s 10.0.0.1,2001:db8::1,10.0.0.2 -d 10.9.0.0/16,2001:db8::/32 -j ACCEPT')).toEqual([
      '4: -s 10.0.0.1,10.0.0.2 -d 10.9.0.0/16 -j ACCEPT',
      '6: -s 2001:db8::1 -d 2001:db8::/32 -j ACCEPT',
    ]);
    expect(versions('! -s 10.0.0.1,2001:db8::1 -j DROP')).toEqual([
      '4: ! -s 10.0.0.1 -j DROP',
      '6: ! -s 2001:db8::1 -j DROP',
    ]);
  });

  test('the family option is heard and not handed on', () => {
    expect(versions('-4 -j ACCEPT')).toEqual(['4: -j ACCEPT']);
    expect(versions('-j ACCEPT --ipv6')).toEqual(['6: -j ACCEPT']);
    expect(versions('-j ACCEPT', { family: at('ipv6') })).toEqual(['6: -j ACCEPT']);
  });

  test.each([
    ['-s 10.0.0.1 -d 2001:db8::1 -j ACCEPT', '2001:db8::1'],
    ['-p icmp -s 2001:db8::1 -j ACCEPT', '2001:db8::1'],
    ['-p icmp -s 10.0.0.1,2001:db8::1 -j ACCEPT', '2001:db8::1'],
    ['-4 -p icmpv6 -j ACCEPT', 'icmpv6'],
    ['-4 -6 -j ACCEPT', '-6'],
    ['! -p icmp -j DROP', 'icmp'],
  ])('%s belongs to no family, because of %s', (text, word) => {
    expect(problems(text)).toEqual([`state.family ${word}`]);
  });

  test.each([
    ['-p icmp -j ACCEPT', 'ipv6'],
    ['-p 58 -j ACCEPT', 'ipv4'],
  ] as const)('%s is for %s where the rule itself says so: to the kernel the protocol is a number', (text, family) => {
    const { rule, diagnostics } = read(text, { family: at(family) });
    expect(diagnostics).toEqual([]);
    expect(rule.versions.map((version) => version.family)).toEqual([family]);
  });

  test('a key that contradicts the words is refused', () => {
    expect(problems('-s 10.0.0.1 -j ACCEPT', { family: at('ipv6') })).toEqual(['state.family 10.0.0.1']);
    expect(problems('--icmp-type 8 -j ACCEPT', { family: at('ipv6') })).toEqual(['state.family --icmp-type']);
  });
});

describe('the words of a rule', () => {
  test.each([
    ['-A INPUT -j ACCEPT', '-A'],
    ['-j ACCEPT -t nat', '-t'],
    ['-c 1 2 -j ACCEPT', '-c'],
    ['-j ACCEPT --flush', '--flush'],
    ['-s10.0.0.1 -j ACCEPT', '-s10.0.0.1'],
    ['--jump=ACCEPT', '--jump=ACCEPT'],
    ['-AINPUT -j ACCEPT', '-AINPUT'],
    ['-vj web', '-vj'],
    ['-4f -j ACCEPT', '-4f'],
    ['--jum web', '--jum'],
    ['-jweb', '-jweb'],
    ['-p tcp -j', '-j'],
    ['-m comment --comment', '--comment'],
    ['-j LOG -j DROP', 'DROP'],
    ['! -s 10.0.0.1,10.0.0.2 -j DROP', '!'],
    ['-s 10.0.0.1,, -j DROP', '10.0.0.1,,'],
    ['-m comment --comment "x', '"x'],
    ['', ''],
  ])('refuses %j', (text, word) => {
    expect(problems(text)).toEqual([`state.rule ${word}`]);
  });

  test.each(['a\nb', '-j ACCEPT\r', '-j \u0000', '-j \u001b[2J', '-j "a\tb"', '-j \ud800'])(
    'refuses the character in %j',
    (text) => {
      expect(problems(text).map((one) => one.split(' ')[0])).toEqual(['state.control-character']);
    },
  );

  test('words that look like commands are text behind an option that takes text', () => {
    expect(versions('-m comment --comment -A -j LOG --log-prefix "-t nat"', { family: at('ipv4') })).toEqual([
      '4: -m comment --comment -A -j LOG --log-prefix "-t nat"',
    ]);
  });

  test('a dollar is written twice, and names of values are not known yet', () => {
    expect(versions('-m comment --comment "5$$ $$x"', { family: at('ipv4') })).toEqual([
      '4: -m comment --comment "5$ $x"',
    ]);
    expect(problems('-s $mgmt -j ACCEPT')).toEqual(['state.unknown-value $mgmt']);
    const braced = `$${'{a}'}`;
    expect(problems(`-s 10.0.0.${braced} -j ACCEPT`)).toEqual([`state.unknown-value ${braced}`]);
    expect(problems('-m comment --comment "5$ x"')).toEqual(['state.syntax $']);
  });

  test('points at the whole text where YAML changed it', () => {
    expect(problems('-A x', { exact: false })).toEqual(['state.rule -A x']);
  });
});

describe('the comment of a rule', () => {
  test.each([
    ['-p tcp -j ACCEPT', '4: -p tcp -m comment --comment "a b" -j ACCEPT'],
    ['-g web', '4: -m comment --comment "a b" -g web'],
    ['-j LOG --log-prefix x', '4: -m comment --comment "a b" -j LOG --log-prefix x'],
    ['-p tcp', '4: -p tcp -m comment --comment "a b"'],
    ['-4 -m comment --comment -j -j ACCEPT', '4: -m comment --comment -j -m comment --comment "a b" -j ACCEPT'],
  ])('goes before the target of %s', (text, expected) => {
    expect(versions(text, { comment: at('a b'), family: at('ipv4') })).toEqual([expected]);
  });

  test('never becomes syntax', () => {
    const comment = '" -j ACCEPT \\" \' $name --';
    const { rule } = read('-p tcp -j DROP', { comment: at(comment.replace('$', '$$$$')) });
    expect(rule.versions[0]?.words).toEqual(['-p', 'tcp', '-m', 'comment', '--comment', comment, '-j', 'DROP']);
  });

  test('is refused when the kernel would cut it or a terminal obey it', () => {
    const refused = (comment: string) => read('-j DROP', { comment: at(comment) }).diagnostics.map((one) => one.code);
    expect(refused('é'.repeat(127))).toEqual([]);
    expect(refused('é'.repeat(128))).toEqual(['state.comment']);
    expect(refused('')).toEqual(['state.comment']);
    expect(refused('a\nb')).toEqual(['state.control-character']);
  });
});
