import { describe, expect, test } from 'vitest';
import { parseRule } from '../../../../src/core/rule-text/parse-rule.ts';

/** The fields that say something. */
function told(text: string): object {
  const parsed = parseRule(text);
  return Object.fromEntries(
    Object.entries(parsed ?? {}).filter(
      ([, value]) =>
        value !== null && value !== false && JSON.stringify(value) !== '[]' && JSON.stringify(value) !== '{}',
    ),
  );
}

describe('parseRule', () => {
  test('tells protocol, addresses, interfaces, ports, states and target', () => {
    const rule =
      '-s 198.51.100.0/24 -d 192.0.2.1/32 -i eth0 -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW,RELATED -j ACCEPT';
    expect(told(rule)).toEqual({
      protocol: 'tcp',
      source: '198.51.100.0/24',
      destination: '192.0.2.1/32',
      in: 'eth0',
      destination_ports: [{ from: 22, to: 22 }],
      states: ['NEW', 'RELATED'],
      target: 'ACCEPT',
    });
  });

  test.each([
    ['-p tcp -m tcp --sport 1024:65535 -j DROP', { source_ports: [{ from: 1024, to: 65535 }] }],
    [
      '-p tcp -m multiport --dports 80,443,8000:8100 -j DROP',
      {
        destination_ports: [
          { from: 80, to: 80 },
          { from: 443, to: 443 },
          { from: 8000, to: 8100 },
        ],
      },
    ],
    ['-p udp -m udp --dport :1023 -j DROP', { destination_ports: [{ from: 0, to: 1023 }] }],
  ])('tells the ports of %s', (rule, expected) => {
    expect(told(rule)).toMatchObject(expected);
  });

  test('leaves a negated field open, so that no rule is taken for narrower than it is', () => {
    expect(told('! -s 10.0.0.0/8 -p tcp -m tcp ! --dport 22 -j ACCEPT')).toEqual({
      protocol: 'tcp',
      not: { source: '10.0.0.0/8', destination_ports: [{ from: 22, to: 22 }] },
      target: 'ACCEPT',
    });
  });

  test('names whatever else packets must meet', () => {
    const rule =
      '-p tcp -m tcp --dport 22 --tcp-flags SYN,ACK SYN -m limit --limit 5/min -m set ! --match-set bad src -j LOG --log-prefix "a b"';
    expect(told(rule)).toEqual({
      protocol: 'tcp',
      destination_ports: [{ from: 22, to: 22 }],
      other: ['--tcp-flags SYN,ACK SYN', '-m limit', '--limit 5/min', '-m set', '! --match-set bad src'],
      target: 'LOG',
      target_options: ['--log-prefix', 'a b'],
    });
  });

  test('keeps a second condition on one field beside the first', () => {
    const rule = '-p tcp -m tcp --dport 1:100 -m multiport --dports 22,80 -j ACCEPT';
    expect(told(rule)).toMatchObject({ destination_ports: [{ from: 1, to: 100 }], other: ['--dports 22,80'] });
  });

  test('takes nothing in a comment or a prefix for a condition', () => {
    expect(told('-m comment --comment "-s 10.0.0.1 -j ACCEPT" -j DROP')).toEqual({
      comment: '-s 10.0.0.1 -j ACCEPT',
      target: 'DROP',
    });
  });

  test('tells a goto from a jump, and reads a rule without words', () => {
    expect(told('-g web')).toEqual({ goto: true, target: 'web' });
    expect(told('')).toEqual({});
    expect(parseRule('-j "')).toBeNull();
  });
});
