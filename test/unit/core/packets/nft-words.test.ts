import { describe, expect, it } from 'vitest';
import { isOneOf, NftTraces, ruleNumbers } from '../../../../src/core/packets/trace/nft-words.ts';

const rule = (chain: string, handle: number) => ({ rule: { family: 'ip', table: 'filter', chain, handle } });
const LISTING = JSON.stringify({
  nftables: [
    { metainfo: {} },
    rule('INPUT', 9),
    { rule: { family: 'ip6', table: 'filter', chain: 'INPUT', handle: 9 } },
    rule('web', 5),
    rule('INPUT', 12),
  ],
});

describe('the trace of nft', () => {
  it('names rules by their numbers, and packets by the id that they carry', () => {
    const traces = new NftTraces('ip', ruleNumbers(LISTING, 'ip'));
    const told = [
      'trace id 3a ip fw_marks cprerouting packet: iif "eth0" ip saddr 10.0.0.1 ip ttl 77 ip id 1 ip protocol tcp',
      'trace id 3a ip fw_marks cprerouting rule meta nftrace set 1 # handle 2 (verdict continue)',
      'trace id 3a ip filter INPUT rule counter packets 0 bytes 0 jump web # handle 12 (verdict jump web)',
      'trace id 4b ip filter INPUT packet: ip id 60001',
      'trace id 3a ip filter web verdict continue',
      'trace id 3a ip filter INPUT policy drop meta mark 0x00000001',
    ];
    for (const line of told) traces.note(line);
    expect(traces.wayOf(1)).toEqual(['filter INPUT 2 jump web', 'filter INPUT policy drop']);
    expect([traces.hasSeen(60001), traces.hasSeen(2)]).toEqual([true, false]);
  });

  it('tells packets apart to which the kernel gave one trace id, since they lay at one place of its memory', () => {
    const traces = new NftTraces('ip', ruleNumbers(LISTING, 'ip'));
    for (const [packet, verdict] of [
      [60001, 'accept'],
      [1, 'drop'],
    ]) {
      traces.note(`trace id 3a ip fw_marks cprerouting packet: iif "eth0" ip ttl 77 ip id ${packet} ip protocol tcp`);
      traces.note(`trace id 3a ip filter INPUT policy ${verdict} meta mark 0x00000001`);
    }
    expect(traces.wayOf(1)).toEqual(['filter INPUT policy drop']);
    expect(traces.wayOf(60001)).toEqual(['filter INPUT policy accept']);
  });

  it('is one of the ways of fw, or another', () => {
    const [log, drop] = [
      { text: 'filter INPUT 1 continue', may: true },
      { text: 'filter INPUT 2 drop', may: false },
    ];
    const accept = { text: 'filter INPUT 3 accept', may: false };
    expect(isOneOf([[log, drop]], ['filter INPUT 2 drop'])).toBe(true);
    expect(isOneOf([[log, drop]], ['filter INPUT 1 continue', 'filter INPUT 2 drop'])).toBe(true);
    expect(isOneOf([[drop], [accept]], ['filter INPUT 3 accept'])).toBe(true);
    expect(isOneOf([[drop]], ['filter INPUT 3 accept'])).toBe(false);
    expect(isOneOf([[drop]], [])).toBe(false);
    expect(isOneOf([[drop]], ['filter INPUT 2 drop', 'nat INPUT policy accept'])).toBe(false);
  });
});
