import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type Verdict } from '../../src/core/packets/evaluate.ts';
import type { Packet } from '../../src/core/packets/packet.ts';
import { sessionPackets } from '../../src/core/packets/session-packets.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { saveText, tableOf } from '../support/table-of.ts';

const CLIENT = '192.0.2.1';
const SERVER = '192.0.2.2';
const PORT = 7022;
const LINK = 'guard0';
// A lost packet is told by waiting; on a veth pair an answer takes well under a millisecond. Where an answer is due and does not come in that time, the
// probe is made once more with the long patience: a loaded machine may be slow, the verdict of the kernel stays the same.
const PATIENCE = 120;
const LONG_PATIENCE = 5_000;
const PROBES = 24;

const canAddNamespace = spawnSync('unshare', ['-n', 'true']).status === 0;
if (!canAddNamespace) console.error('SKIPPED test/kernel/evaluate.test.ts: no right to make a network namespace');

it('has a network namespace to work in where one is required', () => {
  expect(canAddNamespace || process.env.FW_REQUIRE_KERNEL !== '1').toBe(true);
});

describe.runIf(canAddNamespace).each(['nft', 'legacy'] as const)('evaluate and the kernel on %s', (backend) => {
  let net: Net;

  beforeAll(async () => {
    net = await openNet();
  });

  afterAll(() => net.close());

  it('agree about the packets of a connection, wherever evaluate is sure', async () => {
    const counts: Record<Verdict, number> = { accept: 0, drop: 0, unknown: 0 };
    await fc.assert(
      fc.asyncProperty(RULESET, async (text) => {
        net.load(backend, text);
        const { verdicts, seen } = await probe(net, text);
        for (const verdict of Object.values(verdicts)) counts[verdict] += 1;
        expect({ text, ...explain(verdicts, seen) }).toEqual({ text, opens: seen.opened, carries: seen.echoed });
        // The name of the interface is known here, so a match on a mark is all that evaluate may not know.
        if (!text.includes('--mark'))
          expect({ text, sure: !Object.values(verdicts).includes('unknown') }).toEqual({ text, sure: true });
      }),
      { seed: 20261125, numRuns: PROBES, endOnFailure: true },
    );
    expect(Math.min(counts.accept, counts.drop)).toBeGreaterThan(PROBES / 8);
  });

  it('agree about every match, and about its negation where it has one', async () => {
    // In namespaces of its own: a reset of an earlier connection, on its way while the machine is busy, would be counted as well.
    const fresh = await openNet('m');
    try {
      await agreeAboutMatches(fresh);
    } finally {
      fresh.close();
    }
  });

  async function agreeAboutMatches(net: Net): Promise<void> {
    const counting = (chain: string) => ALL_MATCHES.map((match) => `-A ${chain} ${match}`).join('\n');
    const opening = '-p tcp -m conntrack --ctstate NEW';
    net.load(
      backend,
      `:first -\n:later -\n-A INPUT ${opening} -j first\n-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j later\n${counting('first')}\n${counting('later')}`,
    );
    const [port, seen] = await net.probe(LONG_PATIENCE);
    expect(seen).toEqual({ opened: true, echoed: true });
    const known = packets(port);
    for (const [chain, packet] of [
      ['first', known.opening],
      ['later', known.established],
    ] as const) {
      const judged = ALL_MATCHES.map((match) => [match, isMet(match, packet)]);
      expect(judged.filter(([, met]) => met === 'unknown').map(([match]) => match)).toEqual(MARKS);
      const counted = net.counted(backend, chain);
      const sure = judged.filter(([, met]) => met !== 'unknown');
      expect(sure).toEqual(sure.map(([match = '']) => [match, counted.get(match) === '0' ? 'no' : 'yes']));
    }
  }

  it('agree that a running connection which conntrack has not seen is new, and no SYN', async () => {
    net.load(backend, '-A OUTPUT -p udp -j ACCEPT');
    const stateful = ':INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';
    const onlySyn = `${stateful}\n-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT`;
    const anyNew = `${stateful}\n-A INPUT -p tcp -m conntrack --ctstate NEW -j ACCEPT`;
    const lost = await net.probeAcross(() => net.load(backend, onlySyn));
    expect([judgeMidStream(onlySyn), lost]).toEqual(['drop', { opened: true, echoed: false }]);
    net.load(backend, '-A OUTPUT -p udp -j ACCEPT');
    const carried = await net.probeAcross(() => net.load(backend, anyNew), LONG_PATIENCE);
    expect([judgeMidStream(anyNew), carried]).toEqual(['accept', { opened: true, echoed: true }]);
  });
});

/** Probes a ruleset; an answer that is due and missing is waited for once more, longer. */
async function probe(net: Net, text: string): Promise<{ verdicts: ReturnType<typeof judge>; seen: Seen }> {
  const [port, seen] = await net.probe();
  const verdicts = judge(text, port);
  const due = explain(verdicts, seen);
  if ((seen.opened || !due.opens) && (seen.echoed || !due.carries)) return { verdicts, seen };
  const [laterPort, later] = await net.probe(LONG_PATIENCE);
  return { verdicts: judge(text, laterPort), seen: later };
}

type Seen = { readonly opened: boolean; readonly echoed: boolean };

/** What evaluate says of each kind of packet; the client's port is known only after the probe. */
function judge(text: string, clientPort: number): Readonly<Record<'opening' | 'established' | 'reply', Verdict>> {
  const { opening, established, reply } = packets(clientPort);
  const table = tableOf('filter', text);
  return {
    opening: evaluate(table, 'INPUT', opening).verdict,
    established: evaluate(table, 'INPUT', established).verdict,
    reply: evaluate(table, 'OUTPUT', reply).verdict,
  };
}

/** Whether a packet meets the match of a rule, told by a rule that accepts it. */
function isMet(match: string, packet: Packet): 'yes' | 'no' | 'unknown' {
  const { verdict } = evaluate(tableOf('filter', `:INPUT DROP\n-A INPUT ${match} -j ACCEPT`), 'INPUT', packet);
  return verdict === 'unknown' ? verdict : verdict === 'accept' ? 'yes' : 'no';
}

function judgeMidStream(text: string): Verdict {
  return evaluate(tableOf('filter', text), 'INPUT', packets(40_000).midStream).verdict;
}

function packets(clientPort: number): Readonly<Record<'opening' | 'established' | 'midStream' | 'reply', Packet>> {
  const made = sessionPackets({ clientAddress: CLIENT, clientPort, serverAddress: SERVER, serverPort: PORT });
  if (made === undefined) throw new Error('no packets');
  const link = { name: LINK };
  const inbound = (packet: Packet): Packet => ({ ...packet, input: link });
  return {
    opening: inbound(made.opening),
    established: inbound(made.established),
    midStream: inbound(made.midStream),
    reply: { ...made.reply, output: link },
  };
}

/** What must be seen by these verdicts; where they do not tell, what was seen. */
function explain(
  { opening, established, reply }: ReturnType<typeof judge>,
  seen: Seen,
): { opens: boolean; carries: boolean } {
  const opens = all([opening, reply], seen.opened);
  // A connection that does not open carries nothing; that it opened shows that the answers pass.
  return { opens, carries: seen.opened && all([established], seen.echoed) };
}

function all(verdicts: readonly Verdict[], seen: boolean): boolean {
  if (verdicts.includes('drop')) return false;
  return verdicts.every((verdict) => verdict === 'accept') ? true : seen;
}

const mostly = <T>(often: T, ...others: T[]) =>
  fc.oneof(
    { weight: 3 * others.length, arbitrary: fc.constant(often) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );

const ADDRESSES = mostly(
  '',
  '-s 192.0.2.0/24 ',
  '-s 198.51.100.0/24 ',
  '! -s 192.0.2.1/32 ',
  '-d 192.0.2.2/32 ',
  '-s 192.0.0.1/255.255.0.255 ',
);
const INPUTS = mostly('', `-i ${LINK} `, '-i lo ', '! -i lo ', '-i guard+ ');
const OUTPUTS = mostly('', `-o ${LINK} `, '-o lo ', '! -o lo ');
const PORTS = ['--dport 7022', '--dport 7000:7021', '! --dport 7022', '--dport 7000:7100', '--sport 1024:65535'];
const FLAGS = ['--tcp-flags FIN,SYN,RST,ACK SYN', '! --tcp-flags FIN,SYN,RST,ACK SYN', '--tcp-flags ACK ACK'];
const STATES = ['--ctstate NEW', '--ctstate RELATED,ESTABLISHED', '! --ctstate NEW', '--ctstate INVALID'];
const MATCHES = mostly(
  '-p tcp ',
  '',
  '-p udp ',
  ...[...PORTS, ...FLAGS].map((option) => `-p tcp -m tcp ${option} `),
  ...STATES.map((option) => `-m conntrack ${option} `),
  '-p tcp -m multiport --dports 22,7022 ',
  '-p tcp -m multiport ! --dports 22,7022 ',
  '-p tcp -m multiport --ports 7022 ',
  '-m iprange --src-range 192.0.2.1-192.0.2.9 ',
  '-m mark --mark 0x1 ',
  '-m mark --mark 0x0 ',
  '-m comment --comment "-j DROP" ',
);
/** In the kernel's spelling and each once, so that a rule can be found again by its text. */
const MARKS = ['-m mark --mark 0x1', '-m mark --mark 0x0'];
const ALL_MATCHES: readonly string[] = [
  ...['192.0.2.0/24', '192.0.2.1/32', '192.0.2.2/32', '198.51.100.0/24', '192.0.0.1/255.255.0.255'].flatMap((network) =>
    ['-s', '! -s', '-d', '! -d'].map((option) => `${option} ${network}`),
  ),
  ...[LINK, 'lo', 'guard+', 'g+', 'eth+'].flatMap((link) => [`-i ${link}`, `! -i ${link}`]),
  ...['tcp', 'udp', 'icmp', 'esp'].flatMap((protocol) => [`-p ${protocol}`, `! -p ${protocol}`]),
  ...[
    '--dport 7022',
    '--dport 7000:7021',
    '--dport 7000:7022',
    '--dport 7022:7100',
    '--sport 7022',
    '--sport 1024:65535',
  ].flatMap((ports) => [`-p tcp -m tcp ${ports}`, `-p tcp -m tcp ! ${ports}`]),
  ...['--dports 22,7022', '--dports 22,7000:7021', '--sports 7022', '--ports 7022', '--ports 22'].flatMap((ports) => [
    `-p tcp -m multiport ${ports}`,
    `-p tcp -m multiport ! ${ports}`,
  ]),
  ...['FIN,SYN,RST,ACK SYN', 'FIN,SYN,RST,ACK ACK', 'SYN,RST NONE', 'ACK ACK', 'SYN SYN'].flatMap((flags) => [
    `-p tcp -m tcp --tcp-flags ${flags}`,
    `-p tcp -m tcp ! --tcp-flags ${flags}`,
  ]),
  ...['NEW', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,ESTABLISHED'].flatMap((states) => [
    `-m conntrack --ctstate ${states}`,
    `-m conntrack ! --ctstate ${states}`,
  ]),
  ...['192.0.2.1-192.0.2.9', '192.0.2.2-192.0.2.9'].flatMap((range) =>
    ['--src-range', '! --src-range', '--dst-range'].map((option) => `-m iprange ${option} ${range}`),
  ),
  '-m state --state NEW',
  '-m comment --comment "a -j DROP"',
  ...MARKS,
];
const TARGETS = fc.constantFrom(
  '-j ACCEPT',
  '-j DROP',
  '-j REJECT --reject-with icmp-port-unreachable',
  '-j RETURN',
  '-j a',
  '-g a',
  '-j b',
  '',
);
const LEAF_TARGETS = fc.constantFrom('-j ACCEPT', '-j DROP', '-j RETURN', '');

/** A filter table as text. Chain a may jump to b; most answers pass, for a host that answers nothing tells little. */
const RULESET = fc
  .record({
    policies: fc.tuple(fc.constantFrom('ACCEPT', 'DROP'), mostly('ACCEPT', 'DROP')),
    input: rules('INPUT', INPUTS, TARGETS, 6),
    output: rules('OUTPUT', OUTPUTS, TARGETS, 2),
    a: rules(
      'a',
      fc.constant(''),
      TARGETS.filter((target) => !target.endsWith(' a')),
      3,
    ),
    b: rules('b', fc.constant(''), LEAF_TARGETS, 3),
  })
  .map(({ policies: [input, output], ...chains }) =>
    [`:INPUT ${input}`, `:OUTPUT ${output}`, ':a -', ':b -', ...Object.values(chains).flat()].join('\n'),
  );

function rules(
  chain: string,
  links: fc.Arbitrary<string>,
  targets: fc.Arbitrary<string>,
  most: number,
): fc.Arbitrary<string[]> {
  const rule = fc.tuple(ADDRESSES, links, MATCHES, targets).map((parts) => `-A ${chain} ${parts.join('')}`.trimEnd());
  // A rule without a word is not one that tableOf reads.
  return fc.array(
    rule.filter((text) => text !== `-A ${chain}`),
    { maxLength: most },
  );
}

type Net = {
  load(backend: Backend, text: string): void;
  /** Packets of each rule of a chain, by its text. */
  counted(backend: Backend, chain: string): ReadonlyMap<string, string>;
  /** Opens a connection, sends a word and waits for its echo: the client's port and what came of it. */
  probe(patience?: number): Promise<readonly [clientPort: number, seen: Seen]>;
  /** The same with something done between the opening and the word. */
  probeAcross(between: () => void, patience?: number): Promise<Seen>;
  close(): void;
};

/** Two namespaces with a cable between them, an echo server in one and a client in the other. */
async function openNet(label = 'g'): Promise<Net> {
  const [client, server] = ['c', 's'].map((end) => `fwt-guard-${process.pid}-${label}${end}`) as [string, string];
  const ip = (...args: string[]) => {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  };
  ip('netns', 'add', client);
  ip('netns', 'add', server);
  ip('link', 'add', LINK, 'netns', client, 'type', 'veth', 'peer', 'name', LINK, 'netns', server);
  for (const [name, address] of [
    [client, CLIENT],
    [server, SERVER],
  ] as const) {
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', LINK);
    ip('-n', name, 'link', 'set', LINK, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  // The lock of legacy serves all namespaces of a machine, and no other program writes in these two.
  const lock = join(tmpdir(), `${server}.lock`);
  const listening = program(server, ECHO);
  const asking = program(client, ASK);
  await listening.answer();
  return {
    load: (backend, text) => {
      const input = saveText(tableOf('filter', text));
      const { status, stderr } = spawnSync('ip', ['netns', 'exec', server, `iptables-${backend}-restore`, '--wait'], {
        input,
        encoding: 'utf8',
        env: { ...process.env, XTABLES_LOCKFILE: lock },
      });
      if (status !== 0) throw new Error(`${stderr}\n${input}`);
    },
    counted: (backend, chain) => {
      const { stdout } = spawnSync('ip', ['netns', 'exec', server, `iptables-${backend}-save`, '-c'], {
        encoding: 'utf8',
      });
      const rule = new RegExp(`^\\[(\\d+):\\d+\\] -A ${chain} (.*)$`, 'gm');
      return new Map([...stdout.matchAll(rule)].map(([, packets = '', text = '']) => [text, packets]));
    },
    probe: async (patience = PATIENCE) => {
      asking.say(`open ${patience}`);
      const [port = '0', opened] = (await asking.answer()).split(' ');
      if (opened !== 'open') return [Number(port), { opened: false, echoed: false }];
      asking.say(`send ${patience}`);
      return [Number(port), { opened: true, echoed: (await asking.answer()) === 'echo' }];
    },
    probeAcross: async (between, patience = PATIENCE) => {
      asking.say(`open ${LONG_PATIENCE}`);
      const opened = (await asking.answer()).endsWith(' open');
      between();
      asking.say(`send ${patience}`);
      return { opened, echoed: (await asking.answer()) === 'echo' };
    },
    close: () => {
      for (const one of [asking, listening]) one.end();
      for (const name of [client, server]) ip('netns', 'del', name);
      rmSync(lock, { force: true });
    },
  };
}

const ECHO = `
require('node:net').createServer((s) => s.on('error', () => {}).pipe(s)).listen(${PORT}, () => console.log('ready'));
process.stdin.on('end', () => process.exit()).resume();`;

const ASK = `
const net = require('node:net');
// A socket that is still connecting would put a reset off until it is connected.
const drop = (one) => (one.connecting ? one.destroy() : one.resetAndDestroy());
let socket;
let port = 20000 + process.pid % 10000;
require('node:readline').createInterface({ input: process.stdin }).on('line', (words) => {
  const [line, patience] = words.split(' ');
  let timer;
  let done = (text) => { done = () => {}; clearTimeout(timer); console.log(text); };
  if (line === 'open') {
    if (socket) drop(socket);
    port += 1;
    const mine = port;
    socket = net.connect({ host: '${SERVER}', port: ${PORT}, localPort: mine });
    socket.on('connect', () => done(mine + ' open'));
    socket.on('error', () => done(mine + ' closed'));
    socket.on('data', () => socket.emit('echo'));
    timer = setTimeout(() => done(mine + ' closed'), Number(patience));
  } else {
    socket.once('echo', () => done('echo'));
    socket.on('error', () => done('lost'));
    timer = setTimeout(() => done('lost'), Number(patience));
    socket.write('x');
  }
}).on('close', () => process.exit());`;

type Talk = { say(line: string): void; answer(): Promise<string>; end(): void };

/** A small program in a namespace that answers line by line. It ends with its input, so it cannot outlive this process. */
function program(namespace: string, script: string): Talk {
  const child: ChildProcessWithoutNullStreams = spawn('ip', [
    'netns',
    'exec',
    namespace,
    process.execPath,
    '-e',
    script,
  ]);
  const lines: Interface = createInterface({ input: child.stdout });
  const answers = lines[Symbol.asyncIterator]();
  return {
    say: (line) => child.stdin.write(`${line}\n`),
    answer: async () => {
      const { value, done } = await answers.next();
      if (done === true) throw new Error('the program ended');
      return String(value);
    },
    end: () => child.stdin.end(),
  };
}
