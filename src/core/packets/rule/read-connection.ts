import type { Match } from '../../rule-text/split-rule.ts';
import type { Family } from '../../rules/types.ts';
import { parseNetwork } from '../address.ts';
import { type Condition, CT_STATES } from '../types/condition.ts';
import { ALWAYS, allOf, anyOf, inRanges, masked, NEVER, negate, signed } from './combine.ts';
import { protocolNumber } from './protocol-number.ts';
import { askText } from './read-question.ts';

/** conntrack has an entry for the packet: NEW, ESTABLISHED or RELATED. */
export const TRACKED: Condition = inRanges('state', [[0n, 2n]]);

const NAT_STATES = { SNAT: 'source', DNAT: 'destination' } as const;
const STATES: readonly string[] = CT_STATES;
const ALL_BITS = 0xffffffffn;

/** state and conntrack. Undefined where an option is not understood. */
export function readConntrack(module: string, options: readonly Match[], family: Family): Condition | undefined {
  const states: Condition[] = [];
  const others: Condition[] = [];
  for (const match of options) {
    const { option, negated, values } = match;
    const isState = option === (module === 'state' ? '--state' : '--ctstate');
    const condition = isState ? stateOf(values) : module === 'state' ? undefined : askOriginal(match, family);
    if (condition === undefined) return undefined;
    (isState ? states : others).push(signed(negated, condition));
  }
  if (others.length === 0) return allOf(states);
  const rest = allOf([TRACKED, ...others]);
  // Without an entry the kernel looks at the state alone; where the rule does not ask for one, it is not met.
  return states.length === 0 ? rest : allOf([...states, anyOf([negate(TRACKED), rest])]);
}

function stateOf(values: readonly string[]): Condition | undefined {
  if (values.length !== 1) return undefined;
  const conditions: Condition[] = [];
  for (const name of (values[0] ?? '').split(',')) {
    const index = BigInt(STATES.indexOf(name));
    if (index >= 0n) conditions.push(inRanges('state', [[index, index]]));
    else if (name === 'SNAT' || name === 'DNAT') conditions.push(allOf([TRACKED, isTranslated(name)]));
    else return undefined;
  }
  return anyOf(conditions);
}

function isTranslated(name: 'SNAT' | 'DNAT'): Condition {
  const translated = NAT_STATES[name];
  const reads =
    translated === 'source' ? (['source', 'sourcePort'] as const) : (['destination', 'destinationPort'] as const);
  const text = `ctstate ${name}`;
  return { kind: 'question', key: text, text, remembers: false, reads, translated };
}

/** What conntrack wrote down of the connection; no rewriting of the packet changes it. */
function askOriginal({ option, values }: Match, family: Family): Condition | undefined {
  if (!/^--ct(proto|status|expire|dir|(orig|repl)(src|dst)(port)?)$/.test(option) || values.length !== 1)
    return undefined;
  const first = firstPacket(option, values[0] ?? '', family);
  const text = askText('conntrack', [{ option, values, negated: false }]);
  return { kind: 'question', key: text, text, remembers: false, reads: [], ...(first === undefined ? {} : { first }) };
}

function firstPacket(option: string, value: string, family: Family): Condition | undefined {
  if (option === '--ctdir') return value === 'ORIGINAL' ? ALWAYS : value === 'REPLY' ? NEVER : undefined;
  if (option === '--ctstatus')
    return value.split(',').every((name) => ['SEEN_REPLY', 'ASSURED', 'CONFIRMED'].includes(name)) ? NEVER : undefined;
  if (option === '--ctproto') {
    const number = protocolNumber(value);
    return number === undefined ? undefined : inRanges('protocol', [[BigInt(number), BigInt(number)]]);
  }
  if (option !== '--ctorigsrc' && option !== '--ctorigdst') return undefined;
  const network = parseNetwork(value, family);
  const field = option === '--ctorigsrc' ? 'source' : 'destination';
  return network === undefined ? undefined : masked(field, network.mask, network.value);
}

/** `VALUE` or `VALUE/MASK`. */
export function markValue(text: string): { readonly value: bigint; readonly mask: bigint } | undefined {
  const [value, mask, ...more] = text
    .split('/')
    .map((part) => (/^(0[xX][0-9a-fA-F]{1,8}|\d{1,10})$/.test(part) ? BigInt(part) : -1n));
  if (value === undefined || value < 0n || value > ALL_BITS || more.length > 0) return undefined;
  if (mask !== undefined && (mask < 0n || mask > ALL_BITS)) return undefined;
  return { value, mask: mask ?? ALL_BITS };
}

/** mark and connmark. The kernel answers no for connmark, negated or not, where the packet has no entry. */
export function readMark(module: string, options: readonly Match[]): Condition | undefined {
  const [match, ...more] = options;
  const parsed = match?.option === '--mark' && match.values.length === 1 ? markValue(match.values[0] ?? '') : undefined;
  if (match === undefined || parsed === undefined || more.length > 0) return undefined;
  if (module === 'mark') return signed(match.negated, masked('mark', parsed.mask, parsed.value));
  return allOf([TRACKED, signed(match.negated, masked('connectionMark', parsed.mask, parsed.value))]);
}
