import type { Match } from '../../rule-text/split-rule.ts';
import type { Family } from '../../rules/types.ts';
import { parseNetwork } from '../address.ts';
import type { Condition, FieldName, LinkName } from '../types/condition.ts';
import { ALWAYS, inRanges, masked, signed } from './combine.ts';
import { protocolNumber } from './protocol-number.ts';

/** A condition that every rule may have without a match: -s -d -i -o -p -f. Undefined for what cannot be read. */
export function readHeader({ option, negated, values }: Match, family: Family): Condition | undefined {
  const [value = '', ...more] = values;
  if (option === '-f' && values.length === 0) return signed(negated, inRanges('laterFragment', [[1n, 1n]]));
  if (values.length === 0 || more.length > 0) return undefined;
  const condition = readValue(option, value, family);
  return condition === undefined ? undefined : signed(negated, condition);
}

function readValue(option: string, value: string, family: Family): Condition | undefined {
  if (option === '-s') return network('source', value, family);
  if (option === '-d') return network('destination', value, family);
  if (option === '-i') return linkNamed('input', value);
  if (option === '-o') return linkNamed('output', value);
  if (option !== '-p') return undefined;
  const protocol = protocolNumber(value);
  if (protocol === undefined) return undefined;
  return protocol === 0 ? ALWAYS : inRanges('protocol', [[BigInt(protocol), BigInt(protocol)]]);
}

function network(field: FieldName, text: string, family: Family): Condition | undefined {
  const parsed = parseNetwork(text, family);
  return parsed === undefined ? undefined : masked(field, parsed.mask, parsed.value);
}

/** A `+` at the end stands for any rest of the name. A lone `+` is for the kernel no condition at all; iptables-save never prints it. */
export function linkNamed(link: LinkName, pattern: string): Condition | undefined {
  const prefix = pattern.endsWith('+');
  const name = prefix ? pattern.slice(0, -1) : pattern;
  return name === '' ? undefined : { kind: 'link', link, name, prefix };
}
