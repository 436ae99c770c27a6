import type { Family } from '../../rules/types.ts';
import { type Condition, CT_STATES, type FieldName, type LinkName, type Range } from '../types/condition.ts';
import type { Among, FlowAddress, FlowIcmp, FlowLink, FlowPattern } from '../types/flow-pattern.ts';
import { protocolsIn } from './check-flow.ts';

/** The packets of a flow in one family, as a condition that holds for exactly these; `never` for a family that the flow is not about. */
export function flowCondition(flow: FlowPattern, family: Family): Condition {
  if (!flow.families.includes(family)) return { kind: 'never' };
  const { protocols, source, destination, sourcePorts, destinationPorts, input, output, icmp, states } = flow;
  const of = [
    ...protocolCondition(protocols, family),
    ...among(ownFamily(source, family), (item) => addressCondition(item, 'source')),
    ...among(ownFamily(destination, family), (item) => addressCondition(item, 'destination')),
    ...among(sourcePorts, (range) => inRange('sourcePort', range)),
    ...among(destinationPorts, (range) => inRange('destinationPort', range)),
    ...among(icmp, (item) => inRange('icmp', icmpRange(item))),
    ...among(input, (item) => linkCondition(item, 'input')),
    ...among(output, (item) => linkCondition(item, 'output')),
    ...among(states, (state) => exactly('state', CT_STATES.indexOf(state))),
  ];
  return of.length === 0 ? { kind: 'always' } : { kind: 'all', of };
}

function protocolCondition(protocols: Among<number> | undefined, family: Family): readonly Condition[] {
  if (protocols === undefined) return [];
  const items = protocols.not ? protocols.items : protocolsIn(protocols.items, family);
  return among({ ...protocols, items }, (number) => exactly('protocol', number));
}

/** What a list says of the other family it does not say of this one. */
function ownFamily(addresses: Among<FlowAddress> | undefined, family: Family): Among<FlowAddress> | undefined {
  if (addresses === undefined) return undefined;
  return { ...addresses, items: addresses.items.filter((item) => item.kind === 'set' || item.family === family) };
}

function among<Item>(list: Among<Item> | undefined, condition: (item: Item) => Condition): readonly Condition[] {
  if (list === undefined) return [];
  const any: Condition = { kind: 'any', of: list.items.map(condition) };
  return [list.not ? { kind: 'not', of: any } : any];
}

function addressCondition(address: FlowAddress, field: 'source' | 'destination'): Condition {
  switch (address.kind) {
    case 'range':
      return inRange(field, address.range);
    case 'masked':
      return { kind: 'masked', field, mask: address.mask, value: address.value };
    case 'set':
      return {
        kind: 'set',
        set: address.name,
        directions: [field === 'source' ? 'src' : 'dst'],
        text: `set ${address.name}`,
      };
    default:
      return address satisfies never;
  }
}

/** No interface has no name: `in !eth0` holds for a packet that has none. */
function linkCondition({ name, prefix }: FlowLink, link: LinkName): Condition {
  return { kind: 'link', link, name, prefix };
}

function icmpRange({ type, code }: FlowIcmp): Range {
  const first = BigInt(type * 256);
  return code === undefined ? [first, first + 255n] : [first + BigInt(code), first + BigInt(code)];
}

function inRange(field: FieldName, range: Range): Condition {
  return { kind: 'ranges', field, ranges: [range] };
}

function exactly(field: FieldName, value: number): Condition {
  return inRange(field, [BigInt(value), BigInt(value)]);
}
