import { FAMILY } from './rule-shape.ts';
import type { Shape } from './shape.ts';

/** Types of the kernel, by what they need: those with addresses of a family, those without, and IPv4 only. */
export const SET_TYPES = {
  families: [
    'hash:ip',
    'hash:net',
    'hash:ip,port',
    'hash:net,port',
    'hash:ip,mark',
    'hash:net,iface',
    'hash:net,net',
    'hash:ip,mac',
    'hash:ip,port,ip',
    'hash:ip,port,net',
    'hash:net,port,net',
  ],
  plain: ['hash:mac', 'bitmap:port', 'list:set'],
  ipv4: ['bitmap:ip', 'bitmap:ip,mac'],
} as const;

const YES_OR_NO = ['true', 'false'];
const NUMBER = { source: '[1-9][0-9]{0,8}', wants: 'a number from 1 to 999999999' };

/** Behind it come the prefix of the owner, and a `-6` and a `~` of ours. */
const SET_NAME = {
  source: '[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}',
  wants: 'at most 31 of letters, digits, `_`, `.` and `-`, beginning with a letter, a digit or `_`',
};

/** The `sets:` of a document. */
export const SETS: Shape = {
  kind: 'map',
  about: 'IP sets by name. A rule that names one of them means it, in the family of the rule.',
  names: 'set',
  pattern: SET_NAME,
  of: {
    kind: 'record',
    about: 'a set',
    required: ['type'],
    keys: {
      type: {
        kind: 'text',
        about: 'Type of the set, such as `hash:net` or `hash:ip,port`.',
        choices: [...SET_TYPES.families, ...SET_TYPES.plain, ...SET_TYPES.ipv4],
      },
      family: FAMILY,
      entries: {
        kind: 'list',
        about: 'Entries, as one writes them after `ipset add NAME`. Each goes to the set of its family.',
        of: { kind: 'text', about: 'An entry, such as `203.0.113.0/24`, or `$name` for the items of a list.' },
      },
      file: {
        kind: 'text',
        about: 'A file with one entry a line, by its path from the folder of this document; `#` begins a comment.',
      },
      timeout: {
        kind: 'text',
        about: 'Seconds after which what others add goes. What is declared here stays.',
        pattern: { source: '0|[1-9][0-9]{0,6}', wants: 'seconds, at most 2147483' },
      },
      counters: { kind: 'text', about: 'Count packets for each entry.', choices: YES_OR_NO },
      comment: { kind: 'text', about: 'Entries may carry a comment.', choices: YES_OR_NO },
      maxelem: { kind: 'text', about: 'Most entries; as many as needed unless set, at least 65536.', pattern: NUMBER },
      skbinfo: { kind: 'text', about: 'Entries may carry `skbmark`, `skbprio` and `skbqueue`.', choices: YES_OR_NO },
      netmask: {
        kind: 'text',
        about: 'hash:ip, hash:ip,port, hash:net,net and bitmap:ip: the length of the networks that are kept.',
        pattern: { source: '[1-9][0-9]{0,2}', wants: 'a prefix length' },
      },
      bitmask: {
        kind: 'text',
        about: 'hash:ip, hash:ip,port and hash:net,net: the bits of addresses that are kept, such as `255.255.0.255`.',
        pattern: { source: '[0-9a-fA-F.:]{2,39}', wants: 'a mask in the form of an address' },
      },
      markmask: {
        kind: 'text',
        about: 'hash:ip,mark: the bits of the mark that are kept.',
        pattern: { source: '0x[0-9a-fA-F]{1,8}|[0-9]{1,10}', wants: 'a number such as `0xff`' },
      },
      range: {
        kind: 'text',
        about: 'bitmap types: the addresses or ports that can be in the set, such as `0-1023`.',
        pattern: { source: '[0-9./-]{1,40}', wants: 'a range such as `0-1023` or `10.0.0.0/16`' },
      },
      size: { kind: 'text', about: 'list:set: most members.', pattern: NUMBER },
    },
  },
};
