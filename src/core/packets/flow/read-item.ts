import { nearest } from '../../diagnostics/nearest.ts';
import { byteLength } from '../../rules/forbidden-character.ts';
import { CT_STATES, type Range } from '../types/condition.ts';
import type { FlowIcmp, FlowLink } from '../types/flow-pattern.ts';
import type { FlowWord, Report } from './flow-words.ts';
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOL_NUMBERS } from './protocol-names.ts';

const LAST_PORT = 65_535;
const LONGEST_LINK = 15;

export function readProtocol(item: FlowWord, report: Report): number | undefined {
  const { text } = item;
  if (text === 'any') return report(item, '`any` stands alone', 'Remove the other items, or remove `any`.');
  const named = Object.hasOwn(PROTOCOL_NUMBERS, text) ? PROTOCOL_NUMBERS[text] : undefined;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : named;
  if (number !== undefined && number <= 255) return number;
  return report(
    item,
    `\`${text}\` is no protocol`,
    likeOr(text, Object.keys(PROTOCOL_NUMBERS), '`tcp`, `udp`, `icmp`, `icmpv6`, `any`, or a number up to 255'),
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
export function readIcmp(item: FlowWord, isIpv6: boolean, report: Report): FlowIcmp | undefined {
  const names = isIpv6 ? ICMPV6_TYPES : ICMP_TYPES;
  const named = Object.hasOwn(names, item.text) ? names[item.text] : undefined;
  if (named !== undefined) {
    const [type, code] = named;
    return code === undefined ? { type } : { type, code };
  }
  const parts = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(item.text);
  const [type, code] = [Number(parts?.[1]), Number(parts?.[2] ?? 0)];
  if (parts === null || type > 255 || code > 255) {
    const protocol = isIpv6 ? 'ICMPv6' : 'ICMP';
    return report(
      item,
      `\`${item.text}\` is no type of ${protocol}`,
      likeOr(item.text, Object.keys(names), 'a name such as `echo-request`, a number, or `TYPE/CODE`'),
    );
  }
  return parts[2] === undefined ? { type } : { type, code };
}

export function likeOr(word: string, names: readonly string[], forms: string): string {
  const like = nearest(word, names);
  return like === undefined ? `Write ${forms}.` : `Did you mean \`${like}\`?`;
}
