import type { BackendChoice } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { printAddress } from '../../core/packets/print-address.ts';
import { packetLine } from '../../core/packets/trace/packet-line.ts';
import { type PacketWords, readTracedPacket } from '../../core/packets/trace/read-traced-packet.ts';
import { type TraceDocument, traceWay } from '../../core/packets/trace/trace-document.ts';
import { makeTracer } from '../../core/packets/trace/trace-packet.ts';
import type { Route, TracedPacket } from '../../core/packets/trace/types.ts';
import type { Range } from '../../core/packets/types/condition.ts';
import type { Family, Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { askKernel } from './ask-kernel.ts';
import { desiredRules, liveRules, type TracedRules } from './traced-rules.ts';

export type TraceRequest = {
  readonly words: PacketWords;
  readonly namespace: string;
  readonly backend: BackendChoice;
  /** Makes the plan whose outcome is asked; without it the live rules are. */
  readonly desired?: () => Promise<MadePlan>;
  /** Sends the packet through a copy of the rules as well. */
  readonly kernel?: boolean;
};

/** What becomes of one packet: by the live rules, or by what the state would make of them. Changes nothing. */
export async function traceTraffic(ports: Ports, request: TraceRequest): Promise<TraceDocument> {
  const read = readTracedPacket(request.words);
  if ('problem' in read) throw new FwError('usage', read.problem, read.next === undefined ? {} : { next: read.next });
  const { family } = read;
  const rules = await (request.desired === undefined
    ? liveRules(ports, request, family)
    : desiredRules(ports, await request.desired(), request.namespace, family));
  const { namespace, firewall } = rules;
  const [{ path, output, notes: onTheWay }, stranger] = await Promise.all([
    wayOf(ports, namespace, family, read.packet),
    notOfThisHost(ports, namespace, family, read.packet),
  ]);
  const notes = [...onTheWay, ...stranger];
  const links = output === undefined ? read.packet.links : { ...read.packet.links, output };
  const packet: TracedPacket = { ...read.packet, path, links };
  const traced = await traceWithRoutes(ports, rules, packet);
  const { trace, route } = traced;
  const sent = { trace, path: route?.path ?? path, output: route?.path === 'FORWARD' ? route.output : links.output };
  const kernel = request.kernel === true ? await askKernel(ports, firewall, packet, sent) : undefined;
  return {
    format_version: '1.0',
    kind: 'trace',
    namespace: request.namespace,
    family,
    rules: request.desired === undefined ? 'live' : 'desired',
    packet: packetLine(packet, family),
    notes: [...notes, ...traced.notes, ...rules.notes],
    supposed: notes.length + traced.notes.length > 0,
    way: traceWay(trace, rules.facts),
    ...(kernel === undefined ? {} : { kernel }),
  };
}

/** Without an interface by which it comes in this host sends the packet, which it does from an address of its own, or from none that it has yet. */
async function notOfThisHost(
  ports: Ports,
  namespace: Namespace,
  family: Family,
  { links, source }: Omit<TracedPacket, 'path'>,
): Promise<readonly string[]> {
  if (links.input !== undefined || links.output === 'lo' || source === 0n) return [];
  const text = printAddress(family, source);
  const route = await ports.askRoute(namespace, { source: text, destination: text });
  if (route.kind === 'local') return [];
  return [
    `${text} is not known as an address of this host, and the packet is taken for one that it sends. Give --in INTERFACE for one that comes in.`,
  ];
}

type Way = { readonly path: TracedPacket['path']; readonly output?: string; readonly notes: readonly string[] };

/** Through this host where both interfaces are named; from it where none comes in; else where the routes lead. */
async function wayOf(
  ports: Ports,
  namespace: Namespace,
  family: Family,
  packet: Omit<TracedPacket, 'path'>,
): Promise<Way> {
  const { input, output } = packet.links;
  if (input !== undefined && output !== undefined) return { path: 'FORWARD', notes: [] };
  if (output !== undefined) return { path: 'OUTPUT', notes: [] };
  const [source, destination] = [packet.source, packet.destination].map((value) => printAddress(family, value)) as [
    string,
    string,
  ];
  const route = await ports.askRoute(namespace, { source, destination, ...(input === undefined ? {} : { input }) });
  if (route.kind === 'none') {
    const note = `The routes do not say where the packet goes (${route.why})`;
    if (input === undefined) return { path: 'OUTPUT', notes: [`${note}: no rule that asks for an interface is met.`] };
    return {
      path: 'INPUT',
      notes: [`${note}: it is taken for one to this host. Name the interface with --out where it is forwarded.`],
    };
  }
  if (route.kind === 'local')
    return input === undefined ? { path: 'OUTPUT', output: 'lo', notes: [] } : { path: 'INPUT', notes: [] };
  return { path: input === undefined ? 'OUTPUT' : 'FORWARD', output: route.output, notes: [] };
}

/** DNAT sends a packet to where other routes may lead: they are asked, and the packet is traced again with their answer. */
async function traceWithRoutes(ports: Ports, { namespace, firewall }: TracedRules, packet: TracedPacket) {
  const tracer = makeTracer(firewall);
  const { family } = firewall;
  const known = new Map<string, Route | undefined>();
  const notes: string[] = [];
  for (;;) {
    const asked: Range[] = [];
    const route = (destination: Range) => {
      const key = destination.join('-');
      if (!known.has(key)) asked.push(destination);
      return known.get(key);
    };
    const trace = tracer(packet, { route });
    const { input } = packet.links;
    if (asked.length === 0 || input === undefined)
      return { trace, notes, route: [...known.values()].findLast((one) => one !== undefined) };
    for (const destination of asked) {
      const text = printAddress(family, destination[0]);
      const found = await ports.askRoute(namespace, {
        source: printAddress(family, packet.source),
        destination: text,
        input,
      });
      if (found.kind === 'none')
        notes.push(`The routes do not say where ${text} is (${found.why}): the packet is followed on the way it had.`);
      const next: Route | undefined =
        found.kind === 'none'
          ? undefined
          : found.kind === 'local'
            ? { path: 'INPUT' }
            : { path: 'FORWARD', output: found.output };
      known.set(destination.join('-'), next);
    }
  }
}
