import type { Family } from '../../rules/types.ts';
import { parseNetwork } from '../address.ts';
import type { Action, Translation } from '../types/action.ts';
import type { Range } from '../types/condition.ts';
import { portRange } from './read-ports.ts';

/** Options that say how the kernel picks among several, not which. */
const PICKS: ReadonlySet<string> = new Set(['--random', '--random-fully', '--persistent']);

/** DNAT, SNAT, REDIRECT, MASQUERADE. Undefined where an option is not understood. */
export function readTranslation(name: string, options: readonly string[], family: Family): Action | undefined {
  const what = name === 'DNAT' || name === 'REDIRECT' ? 'destination' : 'source';
  const local: Translation = name === 'REDIRECT' || name === 'MASQUERADE' ? { local: true } : {};
  const picks = options.filter((word) => PICKS.has(word)).join(' ');
  const read = readPlaces(what, local, options, family);
  return read === undefined ? undefined : { kind: 'translate', what, to: picks === '' ? read : { ...read, picks } };
}

function readPlaces(
  what: 'source' | 'destination',
  local: Translation,
  options: readonly string[],
  family: Family,
): Translation | undefined {
  const words = options.filter((word) => !PICKS.has(word));
  if (words.length === 0) return local;
  const [option, value = '', ...more] = words;
  if (more.length > 0) return undefined;
  if (local.local === true) {
    const ports = option === '--to-ports' ? hyphenRange(value) : undefined;
    return ports === undefined ? undefined : { ...local, ports };
  }
  return option === `--to-${what}` ? readPlace(value, family) : undefined;
}

/** `10.0.0.5`, `10.0.0.5-10.0.0.9:80-90`, `:8080`, `[2001:db8::1]:80`. */
function readPlace(text: string, family: Family): Translation | undefined {
  const { hosts, portText } = cutPlace(text, family);
  const addresses = hosts === '' ? undefined : addressRange(hosts, family);
  const ports = portText === undefined ? undefined : hyphenRange(portText);
  if ((hosts !== '' && addresses === undefined) || (portText !== undefined && ports === undefined)) return undefined;
  if (addresses === undefined && ports === undefined) return undefined;
  return { ...(addresses === undefined ? {} : { addresses }), ...(ports === undefined ? {} : { ports }) };
}

function cutPlace(text: string, family: Family): { readonly hosts: string; readonly portText?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  const isBare = family === 'ipv6' && bracketed === null && !/^:[^:]/.test(text);
  const parsed = isBare ? null : (bracketed ?? /^([^:]*)(?::(.*))?$/.exec(text));
  const [, hosts = text, portText] = parsed ?? [];
  return { hosts, ...(portText === undefined ? {} : { portText }) };
}

function addressRange(text: string, family: Family): Range | undefined {
  const [first, last = first, ...more] = text
    .split('-')
    .map((part) => (part.includes('/') ? undefined : parseNetwork(part, family)?.value));
  if (first === undefined || last === undefined || more.length > 0 || first > last) return undefined;
  return text.split('-').length === 2 || !text.includes('-') ? [first, last] : undefined;
}

function hyphenRange(text: string): Range | undefined {
  return /^\d{1,5}(-\d{1,5})?$/.test(text) ? portRange(text.replace('-', ':')) : undefined;
}
