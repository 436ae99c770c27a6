import type { Family } from '../../rules/types.ts';
import { anyAddress, parseLiteral, WIDTH } from '../address.ts';
import type { FlowAddress } from '../types/flow-pattern.ts';
import type { FlowWord, Report } from './flow-words.ts';

const SET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.~-]*$/;
const FORMS = 'Write an address, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, `@NAME` for a set, or `any`.';

/** An address, a network, a range of addresses or `@NAME`. Names of hosts are not looked up. */
export function readAddress(item: FlowWord, report: Report): FlowAddress | undefined {
  const { text } = item;
  if (text.startsWith('@')) {
    const name = text.slice(1);
    return SET_NAME.test(name) ? { kind: 'set', name } : report(item, `\`${name}\` is no name of a set`, FORMS);
  }
  if (text === 'any') return report(item, '`any` stands alone', 'Remove the other items, or remove `any`.');
  if (text.includes('/')) return readNetwork(item, report);
  return text.includes('-') && !/[g-z]/i.test(text) ? readRange(item, report) : readSingle(item, report);
}

function readSingle(item: FlowWord, report: Report): FlowAddress | undefined {
  const address = parseLiteral(item.text);
  if (address === undefined) return report(item, `\`${item.text}\` is no address`, FORMS);
  return { kind: 'range', family: address.family, range: [address.value, address.value] };
}

function readRange(item: FlowWord, report: Report): FlowAddress | undefined {
  const [first, last, ...more] = item.text.split('-').map(parseLiteral);
  if (first === undefined || last === undefined || more.length > 0) {
    return report(item, `\`${item.text}\` is no range of addresses`, FORMS);
  }
  if (first.family !== last.family) {
    return report(item, 'The range begins in one family and ends in the other', 'Write a range for each.');
  }
  if (first.value > last.value) return report(item, 'The range ends before it begins', 'Swap its ends.');
  return { kind: 'range', family: first.family, range: [first.value, last.value] };
}

/** `ADDRESS/BITS` or `ADDRESS/MASK`. What lies outside the mask is not cut off: it may be a mistake in either. */
function readNetwork(item: FlowWord, report: Report): FlowAddress | undefined {
  const [base = '', length = '', ...more] = item.text.split('/');
  const address = parseLiteral(base);
  if (address === undefined || more.length > 0) return report(item, `\`${item.text}\` is no network`, FORMS);
  const { family, value } = address;
  const mask = maskOf(length, family);
  if (mask === undefined) {
    const most = WIDTH[family];
    return report(item, `\`/${length}\` is no mask of ${base}`, `Write a number from 0 to ${most}, or a mask.`);
  }
  if ((value & mask) !== value) {
    return report(item, `\`${item.text}\` has bits outside its mask`, 'Write the first address of the network.');
  }
  const rest = anyAddress(family)[1] ^ mask;
  const isPrefix = (rest & (rest + 1n)) === 0n;
  return isPrefix ? { kind: 'range', family, range: [value, value | rest] } : { kind: 'masked', family, mask, value };
}

function maskOf(text: string, family: Family): bigint | undefined {
  const width = WIDTH[family];
  if (/^\d{1,3}$/.test(text)) {
    const bits = BigInt(text);
    return bits > width ? undefined : ((1n << bits) - 1n) << (width - bits);
  }
  const literal = parseLiteral(text);
  return literal?.family === family ? literal.value : undefined;
}
