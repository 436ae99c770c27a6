import { FwError } from '../../core/diagnostics/errors.ts';
import { packetBytes } from '../../core/packets/frame/packet-bytes.ts';
import { firstState } from '../../core/packets/trace/first-state.ts';
import { isOneOf, NftTraces, ruleNumbers, waysInNftWords } from '../../core/packets/trace/nft-words.ts';
import type { Trace, TracedPacket } from '../../core/packets/trace/types.ts';
import type { Firewall } from '../../core/packets/types/firewall.ts';
import type { Path } from '../../core/packets/types/traffic.ts';
import { printTable } from '../../core/restore/print-table.ts';
import type { Ports, Ran, Scratch } from '../../ports/ports.ts';

export type KernelAnswer = { readonly agrees: boolean; readonly steps: readonly string[] };

/** TTL by which nft knows the packets that it is to trace. */
const TTL = 77;
const [PACKET, FIRST, LAST] = [1, 60_000, 60_001] as const;
/** A protocol that no rule names, for packets that only show that the monitor listens. */
const EXPERIMENT = 253;

/**
 * Sends the packet through a copy of the rules in a scratch namespace, on the nft backend, and sets beside the trace of fw what nft told. `path` is where
 * the packet goes behind its translation.
 */
export async function askKernel(
  { kernel }: Ports,
  firewall: Firewall,
  packet: TracedPacket,
  traced: { readonly trace: Trace; readonly path: Path; readonly output: string | undefined },
): Promise<KernelAnswer> {
  const ways = waysInNftWords(traced.trace);
  const refusal =
    whyNot(firewall, packet) ?? (ways === undefined ? 'the packet was not followed to its end' : undefined);
  if (refusal !== undefined || ways === undefined)
    throw new FwError('usage', `--kernel cannot send this packet: ${refusal}`);
  const { family } = firewall;
  const scratch = await kernel.scratch();
  try {
    await copyRules(scratch, firewall);
    const word = family === 'ipv4' ? 'ip' : 'ip6';
    const listing = await scratch.listNft(family, 'json');
    check('nft list ruleset', listing);
    const probe: TracedPacket = {
      path: packet.path,
      protocol: EXPERIMENT,
      source: packet.source ^ 1n,
      destination: packet.destination ^ 1n,
      links: packet.links,
      state: 'NEW',
    };
    const frame = (one: TracedPacket, id: number) =>
      hexOf(one, packetBytes(family, one, { id, ttl: TTL }), family === 'ipv6');
    const told = await scratch.traceNft({
      family,
      path: traced.path,
      input: packet.links.input ?? '',
      output: traced.output ?? '',
      frames: [frame(packet, PACKET), frame(probe, FIRST), frame(probe, LAST)],
    });
    check('sending the packet', told);
    const traces = new NftTraces(word, ruleNumbers(listing.stdout, word));
    for (const line of told.stdout.split('\n')) traces.note(line);
    const steps = traces.wayOf(PACKET);
    return { agrees: isOneOf(ways, steps), steps };
  } finally {
    await scratch.close();
  }
}

function whyNot({ family }: Firewall, packet: TracedPacket): string | undefined {
  const { links, state, mark } = packet;
  if (links.input === 'lo' || links.output === 'lo') return 'it goes through lo';
  if (links.input === undefined && links.output === undefined) return 'it is not known by which interface it goes';
  if (mark !== undefined && mark !== 0n) return 'a packet that comes from outside has no mark';
  if (firstState(packet, family, { tcpLoose: true }) !== state)
    return `as the first of a connection it is not ${state}`;
  return undefined;
}

async function copyRules(scratch: Scratch, { family, sets, tables }: Firewall): Promise<void> {
  // A list of sets comes behind those that it holds.
  const inOrder = [...sets].sort(
    (one, other) => Number(one.header.startsWith('list:')) - Number(other.header.startsWith('list:')),
  );
  const lines = inOrder.flatMap(({ name, header, entries }) => [
    `create ${name} ${header}`,
    ...entries.map((entry) => `add ${name} ${entry}`),
  ]);
  if (lines.length > 0) check('ipset restore', await scratch.restoreSets(`${lines.join('\n')}\n`));
  const text = tables.map((table) => printTable(table, { counters: false })).join('');
  check('iptables-restore', await scratch.restore('nft', family, text, { noflush: false }));
}

function check(what: string, ran: Ran): void {
  if (ran.exitCode === 0) return;
  throw new FwError('env.no-scratch', `the packet cannot be sent through a copy of the rules: ${what} failed`, {
    output: ran.stderr.trim(),
    next: 'It takes root, perl and nft. Without --kernel the packet is followed by the rules alone.',
  });
}

/** With an Ethernet header where it comes in by a cable. */
function hexOf({ links, mac = 0x02000000000an }: TracedPacket, bytes: Uint8Array, isIpv6: boolean): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (links.input === undefined) return hex;
  return `020000000001${mac.toString(16).padStart(12, '0')}${isIpv6 ? '86dd' : '0800'}${hex}`;
}
