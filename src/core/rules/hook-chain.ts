import { LIMITS } from '../limits.ts';

/** `owner:` in a state document: at most 8 of a-z and 0-9. The dash that follows ends it, so no owner is a prefix of another. */
const HOOK_CHAIN = new RegExp(`^[a-z0-9]{1,${LIMITS.ownerName.most}}-(?<chain>.+)$`);

/** True when a chain is what some owner hooks into the built-in chain: `fw-INPUT` for INPUT, also of an owner that no file here names. */
export function isHookChain(chain: string, builtin: string): boolean {
  return HOOK_CHAIN.exec(chain)?.groups?.chain === builtin;
}

/** True when the chain belongs to the owner: exactly by the prefix of its name. */
export function isOwnedBy(owner: string, chain: string): boolean {
  return chain.startsWith(`${owner}-`);
}
