import { targetsThat } from '../extensions/targets.ts';
import { LIMITS } from '../limits.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../rules/forbidden-character.ts';

const LONGEST_NAME = LIMITS.chainName.most;

const VERDICTS: ReadonlySet<string> = new Set(targetsThat(({ isVerdict }) => isVerdict === true));

/**
 * Why a user chain cannot have this name, or undefined if it can. Stricter than either backend: a name must survive both the `:` line
 * of restore text, which ends at a blank, and a rule, where quotes have a meaning.
 */
export function checkChainName(name: string): string | undefined {
  if (name === '') return 'A chain needs a name';
  const forbidden = findForbiddenCharacter(name);
  if (forbidden >= 0) return `The chain name contains ${nameCharacter(name, forbidden)}`;
  if (/[ "]/.test(name)) return `The chain name ${JSON.stringify(name)} contains a blank or a double quote`;
  if (/^[-!]/.test(name)) return `The chain name "${name}" begins with "${name.charAt(0)}"`;
  if (VERDICTS.has(name)) return `"${name}" is a target of its own and cannot be a chain`;
  const bytes = byteLength(name);
  return bytes > LONGEST_NAME
    ? `The chain name "${name}" has ${bytes} bytes; iptables takes ${LONGEST_NAME}`
    : undefined;
}
