import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';
import { NftTraces, ruleNumbers } from '../../../src/core/packets/trace/nft-words.ts';
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
  const traces = new NftTraces(
    word,
    ruleNumbers(inNamespace(ground.namespace, 'nft', ['-j', '-a', 'list', 'ruleset']).stdout, word),
  );
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
  let wake = () => {};
  createInterface(monitor.stdout).on('line', (line) => {
    traces.note(line);
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
  const [probe] = packets;
  if (probe === undefined) return [];
  // The monitor says nothing when it begins to listen: the first packet is sent until it is seen.
  await until(
    () => traces.hasSeen(PROBE),
    () => ground.put(family, [probe], PROBE),
  );
  inNamespace(ground.namespace, 'conntrack', ['-F']);
  // Traces come in the order of the packets: with the first line of another one all before are told. More at once are lost on the way.
  for (let from = 0; from < packets.length; from += BATCH) {
    await ground.put(family, packets.slice(from, from + BATCH), from + 1);
    const mark = PROBE + 1 + from;
    await ground.put(family, [probe], mark);
    await until(
      () => traces.hasSeen(mark),
      async () => {},
    );
  }
  monitor.kill('SIGTERM');
  return packets.map((_, at) => traces.wayOf(at + 1));
}
