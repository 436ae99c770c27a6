import type { TableName } from '../../rules/types.ts';
import type { SideRule } from '../side/side.ts';
import type { PlaceName } from '../space/space.ts';
import type { Path } from '../types/traffic.ts';

/** Fields that a rule may write over for those behind it. Marks of a packet that comes in are known; they are open once a rule has set them. */
export function written({ rule: { action } }: SideRule, path: Path): readonly PlaceName[] {
  const { kind } = action;
  if (path === 'OUTPUT' && kind === 'rewrite') return ['output'];
  if (path === 'OUTPUT' && (kind === 'mark' || kind === 'restore-mark')) return ['mark', 'output'];
  if (kind === 'translate' && action.what === 'destination' && path !== 'INPUT') return ['output'];
  if (kind === 'mark' || kind === 'restore-mark') return ['mark'];
  if (kind === 'connection-mark' || kind === 'save-mark') return ['connectionMark'];
  if (kind === 'untrack') return ['state'];
  return [];
}

/** Fields that packets do not have yet in a base chain: an entry of conntrack in raw, and before the route an interface to go out by. */
export function notYet(path: Path, table: TableName, chain: string): readonly PlaceName[] {
  const isUnrouted = path === 'FORWARD' && chain === 'PREROUTING';
  return [...(table === 'raw' ? ['state' as const] : []), ...(isUnrouted ? ['output' as const] : [])];
}
