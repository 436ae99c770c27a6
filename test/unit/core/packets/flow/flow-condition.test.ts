import { describe, expect, it } from 'vitest';
import { flowCondition } from '../../../../../src/core/packets/flow/flow-condition.ts';
import { parseFlow } from '../../../../../src/core/packets/flow/parse-flow.ts';
import type { Family } from '../../../../../src/core/rules/types.ts';

const conditionOf = (text: string, family: Family) => {
  const parsed = parseFlow(text);
  if ('problems' in parsed) throw new Error(text);
  return flowCondition(parsed.flow, family);
};
const ranges = (field: string, first: bigint, last = first) => ({ kind: 'ranges', field, ranges: [[first, last]] });
const any = (...of: object[]) => ({ kind: 'any', of });

describe('the packets of a flow', () => {
  it('have all that it names', () => {
    expect(conditionOf('tcp 10.0.0.0/8 -> @web port 80,443 in eth+ state NEW', 'ipv4')).toEqual({
      kind: 'all',
      of: [
        any(ranges('protocol', 6n)),
        any(ranges('source', 0x0a000000n, 0x0affffffn)),
        any({ kind: 'set', set: 'web', directions: ['dst'], text: 'set web' }),
        any(ranges('destinationPort', 80n), ranges('destinationPort', 443n)),
        any({ kind: 'link', link: 'input', name: 'eth', prefix: true }),
        any(ranges('state', 0n)),
      ],
    });
  });

  it('are all packets but these behind `!`, and a mask with holes asks its bits alone', () => {
    expect(conditionOf('any !10.0.0.1/255.0.0.255 -> any', 'ipv4')).toEqual({
      kind: 'all',
      of: [{ kind: 'not', of: any({ kind: 'masked', field: 'source', mask: 0xff0000ffn, value: 0x0a000001n }) }],
    });
    expect(conditionOf('any any -> any', 'ipv6')).toEqual({ kind: 'always' });
  });

  it('are in each family what the list has for it', () => {
    const both = 'icmp,icmpv6 !192.0.2.1,2001:db8::/127 -> any';
    const not = (condition: object) => ({ kind: 'not', of: any(condition) });
    expect(conditionOf(both, 'ipv4')).toEqual({
      kind: 'all',
      of: [any(ranges('protocol', 1n)), not(ranges('source', 0xc0000201n))],
    });
    const first = 0x20010db8n << 96n;
    expect(conditionOf(both, 'ipv6')).toEqual({
      kind: 'all',
      of: [any(ranges('protocol', 58n)), not(ranges('source', first, first + 1n))],
    });
    expect(conditionOf('tcp 192.0.2.1 -> any', 'ipv6')).toEqual({ kind: 'never' });
  });

  it('have a type of ICMP with all its codes, or with one', () => {
    expect(conditionOf('icmp any -> any type echo-request,3/4', 'ipv4')).toEqual({
      kind: 'all',
      of: [any(ranges('protocol', 1n)), any(ranges('icmp', 0x800n, 0x8ffn), ranges('icmp', 0x304n))],
    });
  });
});
