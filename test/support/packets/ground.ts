import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { afterEach } from 'vitest';
import { packetBytes } from '../../../src/core/packets/frame/packet-bytes.ts';
import type { TracedPacket } from '../../../src/core/packets/trace/types.ts';
import type { Path } from '../../../src/core/packets/types/traffic.ts';
import type { Backend, Family } from '../../../src/core/rules/types.ts';
import { inNamespace, load, makeNamespace } from '../netns.ts';

/** Interfaces by which packets come in; rules name them. */
export const INPUTS = ['eth0', 'eth1', 'vlan10', 'vlan20'] as const;
export const OUTPUT = 'out0';
export const FIREWALL_MAC = 0x020000000001n;
/** The TTL of packets that are sent here; the kernel's own answers have others. */
const TTL = 77;

/** Addresses of the firewall itself: REDIRECT sends to the one of the interface, MASQUERADE takes the one of `out0`. */
export const OWN = {
  ipv4: (name: string) => 0xcb007180n + BigInt([...INPUTS, OUTPUT].indexOf(name as 'eth0')),
  ipv6: (name: string) => (0x20010db8ffffn << 80n) + 0x80n + BigInt([...INPUTS, OUTPUT].indexOf(name as 'eth0')),
} as const;
const OWN_TEXT = {
  ipv4: (name: string) => `203.0.113.${128 + [...INPUTS, OUTPUT].indexOf(name as 'eth0')}/32`,
  ipv6: (name: string) => `2001:db8:ffff::${(0x80 + [...INPUTS, OUTPUT].indexOf(name as 'eth0')).toString(16)}/128`,
} as const;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A firewall between cables, to which packets of any kind can be sent on one path, and of which it is known which came through. */
export type Ground = {
  readonly namespace: string;
  /** Loads rules, forgets all connections. Returns the rules as the kernel prints them. */
  readonly load: (family: Family, text: string) => string;
  /** Which packets came through, by their place in the list. */
  readonly send: (family: Family, packets: readonly TracedPacket[]) => Promise<ReadonlySet<number>>;
  /** As `send`, without looking which came through. */
  readonly put: (family: Family, packets: readonly TracedPacket[], firstId?: number) => Promise<void>;
};

export async function makeGround(path: Path, backend: Backend): Promise<Ground> {
  const [outside, namespace] = [makeNamespace('outside'), makeNamespace('firewall')];
  const lines = [...INPUTS, OUTPUT].flatMap((name) => cable(outside, namespace, name));
  ipBatch(lines);
  ipBatch(routes(path), namespace);
  run(namespace, 'sh', ['-c', SETTINGS]);
  const sender = await startSender(
    path === 'OUTPUT' ? namespace : outside,
    path === 'OUTPUT' ? [] : INPUTS.map((name) => `p-${name}`),
  );
  const put = async (family: Family, packets: readonly TracedPacket[], firstId = 1) => {
    const failed = await sender(frames(family, packets, path, firstId));
    // What the rules drop on its way out is refused to its sender.
    if (path !== 'OUTPUT' && failed > 0) throw new Error(`${failed} packets were not sent`);
  };
  return {
    namespace,
    put,
    load: (family, text) => {
      load(namespace, backend, family, text);
      inNamespace(namespace, 'conntrack', ['-F']);
      return run(namespace, `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}-save`, []);
    },
    send: async (family, packets) => {
      run(namespace, 'nft', ['-f', '-'], observer(family, path));
      await put(family, packets);
      await arrived(namespace, family, path === 'OUTPUT' ? 0 : packets.length);
      return idsIn(namespace, family);
    },
  };
}

const SETTINGS = `cd /proc/sys/net
for file in ipv4/conf/*/rp_filter ipv4/conf/*/send_redirects ipv6/conf/*/accept_dad ipv6/conf/*/accept_ra; do echo 0 > $file; done
for file in ipv4/conf/*/accept_local ipv4/conf/*/forwarding ipv6/conf/*/forwarding; do echo 1 > $file; done
echo 65536 > netfilter/nf_conntrack_max 2>/dev/null
true`;

function cable(outside: string, namespace: string, name: string): readonly string[] {
  const mac = FIREWALL_MAC.toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:');
  return [`link add p-${name} netns ${outside} type veth peer name ${name} address ${mac} netns ${namespace}`];
}

function routes(path: Path): readonly string[] {
  return [
    'link set lo up',
    ...[...INPUTS, OUTPUT].flatMap((name) => [
      `link set ${name} arp off up`,
      `address add ${OWN_TEXT.ipv4(name)} dev ${name}`,
      `address add ${OWN_TEXT.ipv6(name)} dev ${name} nodad`,
    ]),
    ...(path === 'INPUT'
      ? ['route add local 0.0.0.0/0 dev lo', 'route add local ::/0 dev lo']
      : [`route add default dev ${OUTPUT}`, `route add ::/0 dev ${OUTPUT}`]),
  ];
}

function ipBatch(lines: readonly string[], namespace?: string): void {
  const where = namespace === undefined ? [] : ['-n', namespace];
  execFileSync('ip', [...where, '-batch', '-'], { input: `${lines.join('\n')}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
}

function run(namespace: string, file: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = inNamespace(namespace, file, args, input);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function startSender(
  namespace: string,
  interfaces: readonly string[],
): Promise<(input: Buffer) => Promise<number>> {
  if (interfaces.length > 0)
    ipBatch(
      interfaces.concat(`p-${OUTPUT}`).map((name) => `link set ${name} up`),
      namespace,
    );
  const script = new URL('send-frames.pl', import.meta.url).pathname;
  const child = spawn('ip', ['netns', 'exec', namespace, 'perl', script, ...interfaces], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: Interface = createInterface(child.stdout);
  return async (input) => {
    const answer = once(lines, 'line');
    child.stdin.write(input);
    const [line] = await answer;
    return Number(line);
  };
}

function frames(family: Family, packets: readonly TracedPacket[], path: Path, firstId: number): Buffer {
  const parts = packets.map((packet, at) => {
    const bytes = packetBytes(family, packet, { id: at + firstId, ttl: TTL });
    const head = path === 'OUTPUT' ? new Uint8Array() : ethernet(family, packet);
    const index = path === 'OUTPUT' ? (family === 'ipv4' ? 255 : 254) : INPUTS.indexOf(packet.links.input as 'eth0');
    const length = head.length + bytes.length;
    return Buffer.concat([Buffer.from([index, length >> 8, length & 255]), head, bytes]);
  });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(packets.length);
  return Buffer.concat([count, ...parts]);
}

function ethernet(family: Family, { mac = 0x02000000000an }: TracedPacket): Uint8Array {
  const head = Buffer.alloc(14);
  head.writeUIntBE(Number(FIREWALL_MAC), 0, 6);
  head.writeUIntBE(Number(mac), 6, 6);
  head.writeUInt16BE(family === 'ipv4' ? 0x0800 : 0x86dd, 12);
  return head;
}

/** Looks at packets where they leave the path, behind all tables, and counts those that come in. */
function observer(family: Family, path: Path): string {
  const [word, id, ttl] = family === 'ipv4' ? ['ip', '@nh,32,16', 'ip ttl'] : ['ip6', '@nh,16,16', 'ip6 hoplimit'];
  const mine = `${ttl} { ${TTL}, ${TTL - 1} }`;
  return `table ${word} observer
delete table ${word} observer
table ${word} observer {
  counter came { }
  set passed { typeof ${id}; size 65535; flags dynamic; }
  chain coming { type filter hook prerouting priority -500; iifname != "lo" ${mine} counter name came; }
  chain local { type filter hook input priority 200; iifname != "lo" ${mine} add @passed { ${id} }; }
  chain leaving { type filter hook postrouting priority 200; ${path === 'INPUT' ? '' : `${mine} add @passed { ${id} };`} }
}
`;
}

/** Packets that were sent come in by themselves; the kernel may still have some in its queue. */
async function arrived(namespace: string, family: Family, wanted: number): Promise<void> {
  const word = family === 'ipv4' ? 'ip' : 'ip6';
  for (let left = 100; ; left -= 1) {
    const listed = run(namespace, 'nft', ['list', 'counter', word, 'observer', 'came']);
    const came = Number(/packets (\d+)/.exec(listed)?.[1]);
    if (came >= wanted) return;
    if (left === 0) throw new Error(`${came} of ${wanted} packets came in`);
  }
}

type Listed = {
  readonly nftables: readonly {
    readonly set?: { readonly elem?: readonly (number | { readonly elem: { readonly val: number } })[] };
  }[];
};

function idsIn(namespace: string, family: Family): ReadonlySet<number> {
  const args = ['-j', 'list', 'set', family === 'ipv4' ? 'ip' : 'ip6', 'observer', 'passed'];
  const { nftables }: Listed = JSON.parse(run(namespace, 'nft', args));
  const found = nftables.flatMap(({ set }) => set?.elem ?? []);
  return new Set(found.map((one) => (typeof one === 'number' ? one : one.elem.val) - 1));
}
