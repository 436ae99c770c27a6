import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';
import type { TracedPacket } from '../../../src/core/packets/trace/types.ts';
import type { Family } from '../../../src/core/rules/types.ts';
import { inNamespace } from '../netns.ts';
import type { Ground } from './ground.ts';

const monitors: ChildProcess[] = [];
afterEach(() => {
  for (const monitor of monitors.splice(0)) monitor.kill('SIGKILL');
});

/** The id of the packets that are sent until the monitor listens. */
const PROBE = 60_000;
const BATCH = 60;
const PATIENCE_MS = 60_000;

/** What nft says of each packet, by its place in the list: `filter INPUT 3 accept`, `filter INPUT policy drop`. */
export async function nftTraces(
  ground: Ground,
  family: Family,
  packets: readonly TracedPacket[],
): Promise<readonly (readonly string[])[]> {
  const word = family === 'ipv4' ? 'ip' : 'ip6';
  const numbers = ruleNumbers(ground.namespace, word);
  const marks = `table ${word} marks
delete table ${word} marks
table ${word} marks {
  chain coming { type filter hook prerouting priority -500; ${word === 'ip' ? 'ip ttl' : 'ip6 hoplimit'} 77 meta nftrace set 1; }
  chain sent { type filter hook output priority -500; ${word === 'ip' ? 'ip ttl' : 'ip6 hoplimit'} 77 meta nftrace set 1; }
}
`;
  const loaded = inNamespace(ground.namespace, 'nft', ['-f', '-'], marks);
  if (loaded.status !== 0) throw new Error(loaded.stderr);
  const monitor = spawn('ip', ['netns', 'exec', ground.namespace, 'stdbuf', '-oL', 'nft', '-a', 'monitor', 'trace'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  monitors.push(monitor);
  const ways = new Map<string, string[]>();
  const ids = new Map<number, string>();
  let wake = () => {};
  createInterface(monitor.stdout).on('line', (line) => {
    note(line, word, numbers, ways, ids);
    wake();
  });
  const until = async (isDone: () => boolean, again: () => Promise<void>) => {
    const end = Date.now() + PATIENCE_MS;
    while (!isDone()) {
      if (Date.now() > end) throw new Error('nft monitor tells no trace');
      await again();
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 50);
      });
    }
  };
  const [probe, ...rest] = packets;
  if (probe === undefined) return [];
  // The monitor says nothing when it begins to listen: the first packet is sent until it is seen.
  await until(
    () => ids.has(PROBE),
    () => ground.put(family, [probe], PROBE),
  );
  inNamespace(ground.namespace, 'conntrack', ['-F']);
  // Traces come in the order of the packets: with the first line of another one all before are told. More at once are lost on the way.
  for (let from = 0; from < packets.length; from += BATCH) {
    await ground.put(family, packets.slice(from, from + BATCH), from + 1);
    const mark = PROBE + 1 + from;
    await ground.put(family, [probe], mark);
    await until(
      () => ids.has(mark),
      async () => {},
    );
  }
  monitor.kill('SIGTERM');
  return [probe, ...rest].map((_, at) => ways.get(ids.get(at + 1) ?? '') ?? []);
}

function note(
  line: string,
  word: string,
  numbers: ReadonlyMap<string, number>,
  ways: Map<string, string[]>,
  ids: Map<number, string>,
): void {
  const [, id = '', table = '', chain = '', what = '', rest = ''] =
    /^trace id (\w+) ip6? (\S+) (\S+) (packet|rule|policy)\b(.*)$/.exec(line) ?? [];
  if (id === '') return;
  if (what === 'packet') {
    const number = word === 'ip' ? /\bip id (\d+)/.exec(rest)?.[1] : /\bip6 flowlabel (\d+)/.exec(rest)?.[1];
    if (number !== undefined && !ids.has(Number(number))) ids.set(Number(number), id);
    return;
  }
  if (table === 'marks' || table === 'observer') return;
  const way = ways.get(id) ?? [];
  ways.set(id, way);
  if (what === 'policy') way.push(`${table} ${chain} policy ${rest.trim().split(' ')[0]}`);
  else {
    const handle = /# handle (\d+)/.exec(rest)?.[1];
    way.push(`${table} ${chain} ${numbers.get(`${table} ${handle}`)} ${/\(verdict ([^)]*)\)/.exec(rest)?.[1]}`);
  }
}

/** Rules of iptables-nft by table and handle. */
function ruleNumbers(namespace: string, word: string): ReadonlyMap<string, number> {
  const {
    nftables,
  }: {
    readonly nftables: readonly { readonly rule?: { family: string; table: string; chain: string; handle: number } }[];
  } = JSON.parse(inNamespace(namespace, 'nft', ['-j', '-a', 'list', 'ruleset']).stdout);
  const counts = new Map<string, number>();
  const numbers = new Map<string, number>();
  for (const { rule } of nftables) {
    if (rule === undefined || rule.family !== word) continue;
    const chain = `${rule.table} ${rule.chain}`;
    counts.set(chain, (counts.get(chain) ?? 0) + 1);
    numbers.set(`${rule.table} ${rule.handle}`, counts.get(chain) ?? 0);
  }
  return numbers;
}
