import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/core/packets/address.ts';
import { makeTracer } from '../../../../src/core/packets/trace/trace-packet.ts';
import type { Trace, TracedPacket, TraceOptions } from '../../../../src/core/packets/trace/types.ts';
import type { KnownSet } from '../../../../src/core/packets/types/firewall.ts';
import { parseSave } from '../../../../src/core/restore/parse-save.ts';

const SSH: TracedPacket = {
  path: 'INPUT',
  protocol: 6,
  source: ip('198.51.100.7'),
  destination: ip('192.0.2.1'),
  sourcePort: 40000,
  destinationPort: 22,
  tcpFlags: 2,
  links: { input: 'eth0' },
  state: 'NEW',
};

function ip(text: string): bigint {
  return parseAddress(text)?.value ?? -1n;
}

function trace(
  rules: string,
  packet: Partial<TracedPacket> = {},
  options: TraceOptions & { sets?: KnownSet[] } = {},
): Trace {
  const { tables } = parseSave(rules, 'ipv4').ruleset;
  const firewall = { family: 'ipv4', backend: 'nft', tables, sets: options.sets ?? [], settings: {} } as const;
  return makeTracer(firewall)({ ...SSH, ...packet }, options);
}

/** The way in short: `filter INPUT 2 jump`, then the verdict. */
function way({ steps, end }: Trace): readonly string[] {
  const lines = steps.map((step) => {
    if (step.kind === 'skipped') return `${step.table} ${step.chain} skipped`;
    if (step.kind === 'policy') return `${step.place.table} ${step.place.chain} policy ${step.place.text}`;
    const { table, chain, number } = step.place;
    const changes = step.changes.map(({ what, to }) => ` ${what} ${to}`).join('');
    return `${table} ${chain} ${number} ${step.action.kind}${step.may === undefined ? '' : ` may: ${step.may}`}${changes}`;
  });
  if (end.kind === 'verdict') return [...lines, `= ${end.outcome.verdict}`];
  if (end.kind === 'limit') return [...lines, '= limit'];
  return [
    ...lines,
    `? ${end.question}`,
    ...way(end.met).map((line) => `+ ${line}`),
    ...way(end.unmet).map((line) => `- ${line}`),
  ];
}

const filter = (...rules: string[]) =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n:b - [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
const table = (name: string, ...rules: string[]) => {
  const chains =
    {
      nat: 'PREROUTING INPUT OUTPUT POSTROUTING',
      mangle: 'PREROUTING INPUT FORWARD OUTPUT POSTROUTING',
      raw: 'PREROUTING OUTPUT',
    }[name] ?? '';
  return `*${name}\n${chains
    .split(' ')
    .map((chain) => `:${chain} ACCEPT [0:0]`)
    .join('\n')}\n${rules.join('\n')}\nCOMMIT\n`;
};

describe('the way of a packet', () => {
  it('goes through chains, out of them by RETURN, and past the caller by goto', () => {
    expect(
      way(
        trace(
          filter(
            '-A INPUT -j a',
            '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
            '-A a -s 10.0.0.0/8 -j DROP',
            '-A a -j RETURN',
          ),
        ),
      ),
    ).toEqual(['filter INPUT 1 jump', 'filter a 2 return', 'filter INPUT 2 accept', '= accept']);
    expect(
      way(
        trace(filter('-A INPUT -j a', '-A INPUT -j ACCEPT', '-A a -g b', '-A a -j DROP', '-A b -s 10.0.0.0/8 -j DROP')),
      ),
    ).toEqual(['filter INPUT 1 jump', 'filter a 1 goto', 'filter INPUT 2 accept', '= accept']);
    expect(way(trace(filter('-A INPUT -g a', '-A INPUT -j ACCEPT')))).toEqual([
      'filter INPUT 1 goto',
      'filter INPUT policy DROP',
      '= drop',
    ]);
    expect(way(trace(filter('-A INPUT -s 198.51.100.0/24 -j RETURN', '-A INPUT -j ACCEPT')))).toEqual([
      'filter INPUT 1 return',
      'filter INPUT policy DROP',
      '= drop',
    ]);
  });

  it('takes marks, NAT and the end of a table along', () => {
    const rules = [
      table(
        'mangle',
        '-A PREROUTING -s 198.51.100.0/24 -j MARK --set-xmark 0x11/0xff',
        '-A PREROUTING -j MARK --set-xmark 0x20/0xf0',
        '-A INPUT -j ACCEPT',
        '-A INPUT -j DROP',
      ),
      table('nat', '-A PREROUTING -p tcp -m tcp --dport 22 -j REDIRECT --to-ports 2222', '-A PREROUTING -j ACCEPT'),
      filter('-A INPUT -p tcp -m tcp --dport 2222 -m mark --mark 0x21 -j ACCEPT'),
    ].join('');
    expect(way(trace(rules))).toEqual([
      'mangle PREROUTING 1 mark mark 0x11',
      'mangle PREROUTING 2 mark mark 0x21',
      'mangle PREROUTING policy ACCEPT',
      'nat PREROUTING 1 translate destination this host:2222',
      'mangle INPUT 1 accept',
      'filter INPUT 1 accept',
      'nat INPUT policy ACCEPT',
      '= accept',
    ]);
  });

  it('of an untracked packet goes past nat and the mark of the connection', () => {
    const rules = [
      table('raw', '-A PREROUTING -j CT --notrack'),
      table('mangle', '-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff'),
      table('nat', '-A PREROUTING -p udp -j DNAT --to-destination 10.1.2.200'),
      filter('-A FORWARD -d 10.1.2.200/32 -j DROP', '-A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT'),
    ].join('');
    expect(
      way(trace(rules, { path: 'FORWARD', protocol: 17, mark: 5n, links: { input: 'eth0', output: 'eth1' } })),
    ).toEqual([
      'raw PREROUTING 1 untrack state UNTRACKED',
      'raw PREROUTING policy ACCEPT',
      'mangle PREROUTING 1 restore-mark',
      'mangle PREROUTING policy ACCEPT',
      'nat PREROUTING skipped',
      'mangle FORWARD policy ACCEPT',
      'filter FORWARD 2 accept',
      'mangle POSTROUTING policy ACCEPT',
      'nat POSTROUTING skipped',
      '= accept',
    ]);
  });

  it('behind DNAT is the way to the new destination', () => {
    const rules =
      table('nat', '-A PREROUTING -p tcp -m tcp --dport 22 -j DNAT --to-destination 10.0.0.5:2222') +
      filter('-A FORWARD -o docker0 -m conntrack --ctstate DNAT -j ACCEPT');
    const routed = trace(rules, {}, { route: () => ({ path: 'FORWARD', output: 'docker0' }) });
    expect(routed.end).toMatchObject({
      outcome: { verdict: 'accept', to: '10.0.0.5:2222', by: { chain: 'FORWARD', number: 1 } },
    });
    expect(way(routed)).toContain('filter FORWARD 1 accept');
  });

  it('follows both answers to an open question, each once', () => {
    const limited = filter(
      '-A INPUT -m limit --limit 5/sec -j LOG',
      '-A INPUT -m ttl --ttl-eq 64 -j a',
      '-A INPUT -m ttl --ttl-eq 64 -j ACCEPT',
      '-A a -m limit --limit 5/sec -j ACCEPT',
    );
    expect(way(trace(limited))).toEqual([
      'filter INPUT 1 continue may: limit 5/sec',
      '? ttl --ttl-eq 64',
      '+ filter INPUT 2 jump',
      '+ ? limit 5/sec',
      '+ + filter a 1 accept',
      '+ + = accept',
      '+ - filter INPUT 3 accept',
      '+ - = accept',
      '- filter INPUT policy DROP',
      '- = drop',
    ]);
    const many = filter(
      ...Array.from(
        { length: 100 },
        (_, n) => `-A INPUT -m ttl --ttl-eq ${n} -j MARK --set-xmark 0x${n.toString(16)}/0xffffffff`,
      ),
    );
    expect(way(trace(many))).toContain(`${'+ '.repeat(64)}= limit`);
  });

  it('asks a set, and a set that a rule has just filled no more', () => {
    const sets = [
      {
        name: 'office',
        header: 'hash:net family inet',
        entries: ['198.51.0.0/16', '198.51.100.0/24 nomatch', '198.51.100.7'],
        changes: false,
      },
    ];
    const rule = '-A INPUT -m set --match-set office src -j ACCEPT';
    expect(way(trace(filter(rule), {}, { sets }))).toEqual(['filter INPUT 1 accept', '= accept']);
    expect(way(trace(filter(rule), { source: ip('198.51.100.8') }, { sets }))).toEqual([
      'filter INPUT policy DROP',
      '= drop',
    ]);
    expect(way(trace(filter('-A INPUT -j SET --del-set office src', rule), {}, { sets }))).toContain(
      '? set office src',
    );
    expect(way(trace(filter(rule)))).toContain('? set office src');
  });

  it('is bounded where chains have no end', () => {
    expect(way(trace(filter('-A INPUT -j a', '-A a -j b', '-A b -j a')))).toContain('= unknown');
  });
});
