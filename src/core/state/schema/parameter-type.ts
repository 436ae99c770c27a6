import { addressFamily } from '../../rules/address-family.ts';

/** What a parameter of a template may take. */
export const PARAMETER_TYPES = [
  'cidr',
  'address',
  'port',
  'interface',
  'set',
  'chain',
  'string',
  'number',
  'flag',
] as const;

export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** True when a text is of the type. */
export function isOfType(type: ParameterType, text: string): boolean {
  switch (type) {
    case 'cidr':
      return isCidr(text);
    case 'address':
      return isAddress(text);
    case 'port':
      return isPort(text);
    case 'interface':
      // Bytes: IFNAMSIZ is 16 with the end mark. A `+` at the end stands for any rest.
      return /^[!-.0-~]{1,15}$/.test(text) && !/^[-!]|^\.\.?$|["'\\:]/.test(text);
    case 'set':
      return /^[!-~]{1,31}$/.test(text) && !/^[-!]|[,"'\\]/.test(text);
    case 'chain':
      return /^[!-~]{1,28}$/.test(text) && !/^[-!:*#[]|["'\\$]/.test(text);
    case 'string':
      return true;
    case 'number':
      return /^(?:0|[1-9]\d{0,9})$/.test(text) && Number(text) <= 0xffff_ffff;
    case 'flag':
      return text === 'true' || text === 'false';
    default:
      return type satisfies never;
  }
}

/** What belongs into a parameter of the type, for people. */
export const TYPE_WANTS: Readonly<Record<ParameterType, string>> = {
  cidr: 'an address or network of IPv4 or IPv6, such as `10.0.0.0/8` or `2001:db8::/32`',
  address: 'an address of IPv4 or IPv6, without a mask',
  port: 'a port: a number up to 65535, a range such as `6000:6063`, or the name of a service',
  interface: 'the name of an interface: at most 15 bytes, no slash or blank, `+` at the end for any rest',
  set: 'the name of a set: at most 31 bytes, no blank or comma',
  chain: 'the name of a chain: at most 28 bytes, no blank or quote',
  string: 'a text',
  number: 'a whole number from 0 to 4294967295',
  flag: '`true` or `false`',
};

function isAddress(text: string): boolean {
  if (text.includes(':')) return addressFamily(text) === 'ipv6' && /^[\da-fA-F:.]+$/.test(text);
  return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}

function isCidr(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  if (more.length > 0 || !isAddress(address)) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (address.includes(':') ? 128 : 32));
}

function isPort(text: string): boolean {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,31}$/.test(text)) return true;
  const [first = '', last = first, ...more] = text.split(':');
  const isNumber = (part: string) => /^\d{1,5}$/.test(part) && Number(part) <= 65_535;
  return more.length === 0 && isNumber(first) && isNumber(last) && Number(first) <= Number(last);
}
