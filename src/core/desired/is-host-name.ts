import { addressFamily } from '../rules/address-family.ts';

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const OCTET = '(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^([0-9a-fA-F:.]{2,45})(?:%[A-Za-z0-9_.-]{1,15})?$/;

/**
 * Whether a connection can be made to this: an IPv6 address (with a zone such as `%eth0`) between brackets, else an IPv4 address or a
 * name. Numbers that only look like an address (`10.1`, `010.0.0.1`) are refused, since programs read them in different ways.
 */
export function isHostName(text: string, { bracketed }: { readonly bracketed: boolean }): boolean {
  if (bracketed) {
    const address = IPV6.exec(text)?.[1];
    return address?.includes(':') === true && addressFamily(address) === 'ipv6';
  }
  if (text.length > 253 || !NAME.test(text)) return false;
  const last = text.slice(text.lastIndexOf('.') + 1);
  return /^(?:[0-9]+|0[xX][0-9a-fA-F]*)$/.test(last) ? IPV4.test(text) : true;
}
