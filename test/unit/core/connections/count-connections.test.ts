import { describe, expect, test } from 'vitest';
import { countConnections } from '../../../../src/core/connections/count-connections.ts';
import type { Routes } from '../../../../src/core/connections/find-ways.ts';
import type { Connection, Tuple } from '../../../../src/core/connections/types.ts';
import { LIMITS } from '../../../../src/core/limits.ts';
import { UNKNOWN_LINK } from '../../../../src/core/packets/types/condition.ts';
import { firewallOf, type Texts } from '../../../support/traffic.ts';

const ROUTES: Routes = new Map<string, 'local' | { output: string }>([
  ['10.1.0.2', { output: 'lan' }],
  ['10.2.0.2', { output: 'dmz' }],
  ['10.1.0.1', 'local'],
  ['10.2.0.1', 'local'],
  ['10.2.0.3', { output: 'dmz' }],
  // By policy routing.
  ['10.4.0.2', { output: UNKNOWN_LINK }],
  ['10.4.0.3', { output: UNKNOWN_LINK }],
]);

const tuple = (source: string, sourcePort: number, destination: string, destinationPort: number): Tuple => ({
  source,
  sourcePort,
  destination,
  destinationPort,
});

function connection(original: Tuple, reply?: Tuple, protocol = 6): Connection {
  const { source, sourcePort, destination, destinationPort } = original;
  const back = reply ?? tuple(destination, destinationPort, source, sourcePort);
  return { id: '1', family: 'ipv4', protocol, original, reply: back, zone: 0 };
}

const FORWARDED = connection(tuple('10.1.0.2', 4000, '10.2.0.2', 80));
const LOCAL = connection(tuple('10.1.0.2', 4000, '10.1.0.1', 22));
const SENT = connection(tuple('10.1.0.1', 4000, '10.1.0.2', 443));
const DNAT = connection(tuple('10.1.0.2', 4000, '10.1.0.1', 8080), tuple('10.2.0.2', 80, '10.1.0.2', 4000));
const SNAT = connection(tuple('10.1.0.2', 4000, '10.2.0.2', 80), tuple('10.2.0.2', 80, '10.2.0.1', 4000));

/** What becomes of one connection: its fate with `goes on` where it does, or why it is not refused. */
function judge(one: Connection, before: Texts, after: Texts, mayRefuse = { new: true, running: true }) {
  const found = countConnections(
    { before: firewallOf(before), after: firewallOf(after) },
    { connections: [one], others: 0 },
    { routes: ROUTES, mayRefuse },
  );
  if (found.kind !== 'counted') throw new Error('it is counted');
  const [refused] = found.refused;
  if (refused !== undefined) return `${refused.fate}${refused.goesOn ? ', goes on' : ''}`;
  return found.open > 0 ? 'open' : found.judged === 0 ? 'not judged' : 'kept';
}

const EST = '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT';
const filter = (...lines: readonly string[]) => ({ filter: [':INPUT DROP', ':FORWARD DROP', ...lines].join('\n') });
const PORT = '-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT';
const TO_SERVER = {
  nat: '-A PREROUTING -d 10.1.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80',
};

describe('a connection that is forwarded', () => {
  test('goes on where its port is closed, and ends without its entry', () => {
    expect(judge(FORWARDED, filter(EST, PORT), filter(EST))).toBe('ends, goes on');
  });
  test('does not go on where no rule accepts connections that run', () => {
    expect(judge(FORWARDED, filter(EST, PORT), filter('-A FORWARD -p udp -j ACCEPT'))).toBe('ends');
  });
  test('is refused where only its running packets are, and begins anew', () => {
    expect(judge(FORWARDED, filter(EST, PORT), filter(PORT))).toBe('may-return');
  });
  test('is kept where another rule lets it in', () => {
    expect(judge(FORWARDED, filter(EST, PORT), filter(EST, '-A FORWARD -s 10.1.0.0/24 -i lan -o dmz -j ACCEPT'))).toBe(
      'kept',
    );
    expect(judge(FORWARDED, filter(EST, PORT), filter(EST, '-A FORWARD -i dmz -j ACCEPT'))).toBe('may-return, goes on');
  });
  test('is none of this plan where it could not begin before', () => {
    expect(judge(FORWARDED, filter(EST), filter(EST, '-A FORWARD -s 10.9.0.0/24 -j ACCEPT'))).toBe('kept');
  });
  test('may come back where the server may speak to anybody, or its packets in the middle pass', () => {
    expect(judge(FORWARDED, filter(EST, PORT), filter(EST, '-A FORWARD -s 10.2.0.2/32 -j ACCEPT'))).toBe(
      'may-return, goes on',
    );
    const notSyn = '-A FORWARD -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT';
    expect(judge(FORWARDED, filter(EST, PORT), filter(EST, notSyn))).toBe('may-return, goes on');
  });
  test('is open where a limit decides', () => {
    const limited = '-A FORWARD -p tcp -m tcp --dport 80 -m limit --limit 5/sec -j ACCEPT';
    expect(judge(FORWARDED, filter(EST, PORT), filter(EST, limited))).toBe('open');
  });
  test('is not judged where the routes do not say its way', () => {
    const elsewhere = connection(tuple('10.1.0.2', 4000, '10.7.0.1', 80));
    expect(judge(elsewhere, filter(EST, PORT), filter(EST))).toBe('not judged');
  });
  test('is open where rules ask for an interface that policy routing chooses', () => {
    const chosen = connection(tuple('10.4.0.2', 4000, '10.4.0.3', 80));
    expect(judge(chosen, filter(EST, PORT), filter(EST, '-A FORWARD -i lan -j ACCEPT'))).toBe('open');
    expect(judge(chosen, filter(EST, PORT), filter(EST, '-A FORWARD -o lan -j ACCEPT'))).toBe('open');
    expect(judge(chosen, filter(EST, PORT), filter(EST))).toBe('ends, goes on');
    const [to, from] = [tuple('10.4.0.2', 4000, '10.1.0.1', 22), tuple('10.1.0.1', 4000, '10.4.0.2', 22)];
    const input = (...more: readonly string[]) => filter('-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', ...more);
    expect(judge(connection(to), input(), filter('-A INPUT -i lan -j ACCEPT'))).toBe('open');
    expect(judge(connection(to), input(), filter())).toBe('socket');
    expect(judge(connection(from), {}, { filter: '-A OUTPUT ! -o lan -j DROP' })).toBe('open');
  });
  test('of UDP ends as well', () => {
    const udp = connection(FORWARDED.original, undefined, 17);
    const rule = '-A FORWARD -p udp -m udp --dport 80 -j ACCEPT';
    expect(judge(udp, filter(EST, rule), filter(EST))).toBe('ends, goes on');
  });
});

describe('a connection of this host', () => {
  const IN = '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';
  test('has a socket that is closed', () => {
    expect(judge(LOCAL, filter(IN, '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'), filter(IN))).toBe('socket, goes on');
    expect(
      judge(SENT, filter(IN), filter(IN, '-A OUTPUT -p tcp -m tcp --dport 443 -m conntrack --ctstate NEW -j REJECT')),
    ).toBe('socket, goes on');
  });
  test('of UDP comes back by what this host sends', () => {
    const udp = connection(LOCAL.original, undefined, 17);
    expect(judge(udp, filter(IN, '-A INPUT -p udp -j ACCEPT'), filter(IN))).toBe('may-return, goes on');
  });
});

describe('a connection that is translated', () => {
  test('ends where neither side gets a packet through without its entry', () => {
    expect(judge(DNAT, { ...TO_SERVER, ...filter(EST, PORT) }, { ...TO_SERVER, ...filter(EST) })).toBe('ends, goes on');
    const masquerade = { nat: '-A POSTROUTING -o dmz -j MASQUERADE' };
    expect(judge(SNAT, { ...masquerade, ...filter(EST, PORT) }, { ...masquerade, ...filter(EST) })).toBe(
      'ends, goes on',
    );
  });
  test('stays where a packet would leave untranslated', () => {
    const open = '-A FORWARD -s 10.2.0.2/32 -j ACCEPT';
    expect(judge(DNAT, { ...TO_SERVER, ...filter(EST, PORT) }, { ...TO_SERVER, ...filter(EST, open) })).toBe(
      'stays, goes on',
    );
  });
  test('is refused where its DNAT is gone and this host does not answer in its place', () => {
    expect(judge(DNAT, { ...TO_SERVER, ...filter(EST, PORT) }, filter(EST, PORT))).toBe('ends, goes on');
  });
  test('is kept where new ones are sent elsewhere, and open where it is not known where that is', () => {
    const other = (address: string) => ({ nat: TO_SERVER.nat.replace('10.2.0.2:80', `${address}:80`) });
    const before = { ...TO_SERVER, ...filter(EST, PORT) };
    expect(judge(DNAT, before, { ...other('10.2.0.3'), ...filter(EST, PORT) })).toBe('kept');
    expect(judge(DNAT, before, { ...other('10.7.0.1'), ...filter(EST, PORT) })).toBe('open');
    expect(judge(DNAT, before, { ...other('10.2.0.2-10.2.0.9'), ...filter(EST, PORT) })).toBe('open');
  });
});

test('packets that the plan does not take away are not asked for', () => {
  expect(judge(FORWARDED, filter(EST, PORT), filter(EST), { new: false, running: true })).toBe('kept');
});

test('connections beyond what is judged are told', () => {
  const most = Math.floor(LIMITS.connectionRules.most / 4);
  const found = countConnections(
    { before: firewallOf(filter(PORT, EST)), after: firewallOf(filter(PORT)) },
    {
      connections: Array.from({ length: most + 3 }, () => ({
        ...FORWARDED,
        original: { ...FORWARDED.original, source: '10.7.0.1' },
      })),
      others: 1,
    },
    { routes: ROUTES, mayRefuse: { new: true, running: true } },
  );
  // None of them has a route: only the bound is asked here.
  expect(found).toEqual({ kind: 'counted', judged: 0, refused: [], open: 0, others: most + 4 });
});
