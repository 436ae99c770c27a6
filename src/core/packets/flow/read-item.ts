import { nearest } from '../../diagnostics/nearest.ts';
import { byteLength } from '../../rules/forbidden-character.ts';
import type { Family } from '../../rules/types.ts';
import { PROTOCOL_NAMES, protocolNumber } from '../rule/protocol-number.ts';
import { ICMP_NAMES, icmpKind } from '../rule/read-icmp.ts';
import { CT_STATES, type Range } from '../types/condition.ts';
import type { FlowIcmp, FlowLink } from '../types/flow-pattern.ts';
import type { FlowWord, Report } from './flow-words.ts';

const LAST_PORT = 65_535;
const LONGEST_LINK = 15;

export function readProtocol(item: FlowWord, report: Report): number | undefined {
  const { text } = item;
  if (text === 'any') return report(item, '`any` stands alone', 'Remove the other items, or remove `any`.');
  const number = text === 'all' ? undefined : protocolNumber(text);
  if (number !== undefined) return number;
  return report(
    item,
    `\`${text}\` is no protocol`,
    likeOr(text, PROTOCOL_NAMES, '`tcp`, `udp`, `icmp`, `icmpv6`, `any`, or a number up to 255'),
  );
}

/** `22`, `1024-65535`; with a colon too, as iptables writes a range. Names of services differ between machines. */
export function readPorts(item: FlowWord, report: Report): Range | undefined {
  const parts = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(item.text);
  const first = Number(parts?.[1]);
  const last = Number(parts?.[2] ?? parts?.[1]);
  if (parts === null || first > LAST_PORT || last > LAST_PORT) {
    return report(
      item,
      `\`${item.text}\` is no port`,
      `Write a number from 0 to ${LAST_PORT}, or two with \`-\` between them.`,
    );
  }
  if (first > last) return report(item, 'The range ends before it begins', 'Swap its ends.');
  return [BigInt(first), BigInt(last)];
}

/** As iptables takes it behind `-i`: `eth0`, or `eth+` for every name that begins so. */
export function readLink(item: FlowWord, report: Report): FlowLink | undefined {
  const prefix = item.text.endsWith('+');
  const name = prefix ? item.text.slice(0, -1) : item.text;
  if (name === '' || name.includes('/') || byteLength(name) > LONGEST_LINK) {
    return report(
      item,
      `\`${item.text}\` is no name of an interface`,
      `A name has 1 to ${LONGEST_LINK} bytes; \`eth+\` stands for all that begin with it.`,
    );
  }
  return { name, prefix };
}

export function readState(item: FlowWord, report: Report): (typeof CT_STATES)[number] | undefined {
  const wanted = item.text.toUpperCase();
  const state = CT_STATES.find((one) => one === wanted);
  return state ?? report(item, `\`${item.text}\` is no state of a connection`, `States are ${CT_STATES.join(', ')}.`);
}

/** `echo-request`, `3`, `3/4`. */
export function readIcmp(item: FlowWord, family: Family, report: Report): FlowIcmp | undefined {
  const kind = icmpKind(item.text, family);
  if (kind !== undefined) return kind[1] === undefined ? { type: kind[0] } : { type: kind[0], code: kind[1] };
  const names = Object.keys(ICMP_NAMES[family]);
  const hint = likeOr(item.text, names, 'a name such as `echo-request`, a number, or `TYPE/CODE`');
  return report(item, `\`${item.text}\` is no type of ${family === 'ipv6' ? 'ICMPv6' : 'ICMP'}`, hint);
}

export function likeOr(word: string, names: readonly string[], forms: string): string {
  const like = nearest(word, names);
  return like === undefined ? `Write ${forms}.` : `Did you mean \`${like}\`?`;
}
