import { isOwnedBy } from '../rules/hook-chain.ts';

/** Signs of names that fw and its users give; anything else in restore text might be more than a name. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.~-]{0,30}$/;

/** Sets that fw may write: those with the prefix of an owner, and those that are declared. */
export function ourSets(owners: readonly string[], declared: readonly string[]): (set: string) => boolean {
  const names = new Set(declared);
  return (set) => PLAIN.test(set) && (names.has(set) || owners.some((owner) => isOwnedBy(owner, set)));
}
