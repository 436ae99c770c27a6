import { MATCHES } from './matches.ts';
import { TARGETS } from './targets.ts';

type OptionOwner = { readonly protocol: string } | { readonly match: string } | { readonly target: string };

const EXACT = new Map<string, OptionOwner>();
const BEGINNINGS: { readonly beginning: string; readonly owner: OptionOwner }[] = [];

for (const [name, { options = [], protocol }] of Object.entries(MATCHES)) {
  enter(options, protocol === undefined ? { match: name } : { protocol });
}
for (const [name, { options = [] }] of Object.entries(TARGETS)) enter(options, { target: name });

function enter(options: readonly string[], owner: OptionOwner): void {
  for (const option of options) {
    if (option.endsWith('*')) BEGINNINGS.push({ beginning: option.slice(0, -1), owner });
    else EXACT.set(option, owner);
  }
}

/** What must stand in front of an option that iptables does not know without it. */
export function ownerOfOption(option: string): OptionOwner | undefined {
  return EXACT.get(option) ?? BEGINNINGS.find(({ beginning }) => option.startsWith(beginning))?.owner;
}
