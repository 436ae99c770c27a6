import { isTarget } from '../../extensions/names.ts';
import { targetRow } from '../../extensions/targets.ts';
import { printWords } from '../../rule-text/print-words.ts';
import type { Target } from '../../rule-text/split-rule.ts';
import type { Family } from '../../rules/types.ts';
import type { Action } from '../types/action.ts';
import { markValue } from './read-connection.ts';
import { readTranslation } from './read-translation.ts';

const ALL_BITS = 0xffffffffn;
/** What a target does to a packet. A name that is no target of iptables is a chain's. */
export function readAction(target: Target | undefined, family: Family): Action {
  if (target === undefined) return { kind: 'continue' };
  const { kind, name, options } = target;
  if (kind === 'goto') return { kind: 'goto', chain: name };
  if (!isTarget(name)) return { kind: 'jump', chain: name };
  return readTarget(name, options, family) ?? { kind: 'unknown', text: printWords([name, ...options]) };
}

function readTarget(name: string, options: readonly string[], family: Family): Action | undefined {
  const text = printWords([name, ...options]);
  const { does, rewrites } = targetRow(name);
  if (does === 'none') return { kind: 'continue' };
  if (rewrites !== undefined) return { kind: 'rewrite', what: rewrites, key: text };
  switch (name) {
    case 'ACCEPT':
      return { kind: 'accept' };
    case 'DROP':
      return { kind: 'drop' };
    case 'RETURN':
      return { kind: 'return' };
    case 'REJECT':
      return {
        kind: 'reject',
        with: options[1] ?? (family === 'ipv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable'),
      };
    case 'QUEUE':
    case 'NFQUEUE':
      return { kind: 'queue', text };
    case 'NOTRACK':
      return { kind: 'untrack' };
    case 'CT':
      return options.includes('--notrack') ? { kind: 'untrack' } : { kind: 'rewrite', what: 'conntrack', key: text };
    case 'MARK':
      return readMarking('mark', options);
    case 'CONNMARK':
      return readMarking('connection-mark', options);
    case 'SET':
      return readFilling(options, text);
    case 'DNAT':
    case 'SNAT':
    case 'REDIRECT':
    case 'MASQUERADE':
      return readTranslation(name, options, family);
    default:
      return undefined;
  }
}

/** SET that adds to one set or takes from it. What a set holds for a packet may also rewrite it (--map-set): that is not known. */
function readFilling(options: readonly string[], text: string): Action | undefined {
  const sets = options.filter((_, at) => ['--add-set', '--del-set'].includes(options[at - 1] ?? ''));
  const [set, ...more] = sets;
  return set === undefined || more.length > 0 || options.includes('--map-set')
    ? undefined
    : { kind: 'fill-set', set, text };
}

function readMarking(kind: 'mark' | 'connection-mark', options: readonly string[]): Action | undefined {
  const [option = '', value = '', ...more] = options;
  if (kind === 'connection-mark' && (option === '--save-mark' || option === '--restore-mark')) {
    const masks = copyMasks(options.slice(1));
    return masks === undefined
      ? undefined
      : { kind: option === '--save-mark' ? 'save-mark' : 'restore-mark', ...masks };
  }
  const parsed = markValue(value);
  if (parsed === undefined || more.length > 0) return undefined;
  const { value: bits, mask } = parsed;
  if (option === '--set-xmark') return { kind, clear: mask, xor: bits };
  // `--set-mark` sets the bits of its value also outside of the mask.
  if (option === '--set-mark') return { kind, clear: mask | bits, xor: bits };
  if (value.includes('/')) return undefined;
  if (option === '--and-mark') return { kind, clear: ALL_BITS & ~bits, xor: 0n };
  if (option === '--or-mark') return { kind, clear: bits, xor: bits };
  return option === '--xor-mark' ? { kind, clear: 0n, xor: bits } : undefined;
}

function copyMasks(options: readonly string[]): { connectionMask: bigint; packetMask: bigint } | undefined {
  const masks = { connectionMask: ALL_BITS, packetMask: ALL_BITS };
  for (let at = 0; at < options.length; at += 2) {
    const mask = markValue(options[at + 1] ?? '')?.value;
    if (mask === undefined) return undefined;
    if (options[at] === '--nfmask') masks.packetMask = mask;
    else if (options[at] === '--ctmask') masks.connectionMask = mask;
    else if (options[at] === '--mask') Object.assign(masks, { connectionMask: mask, packetMask: mask });
    else return undefined;
  }
  return masks;
}
