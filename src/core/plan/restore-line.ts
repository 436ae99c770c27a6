import { LIMITS } from '../limits.ts';
import { byteLength, nameCharacter } from '../ruleset/forbidden-character.ts';
import type { Counters } from '../ruleset/types.ts';

const LONGEST_LINE = LIMITS.restoreLine.most;

/** A line that adds a rule: `-A CHAIN text` or `-I CHAIN place text`, with the counters it starts with. Counters of zero are left out. */
export function ruleLine(chain: string, place: number | 'end', text: string, counters: Counters | undefined): string {
  const command = place === 'end' ? `-A ${chainWord(chain)}` : `-I ${chainWord(chain)} ${place}`;
  const prefix = counters === undefined || isZero(counters) ? '' : `${countersWord(counters)} `;
  return checkedLine(`${prefix}${command} ${text}`);
}

/** A line about a chain, such as `-N CHAIN` or `-D CHAIN 3`. */
export function chainLine(command: '-N' | '-F' | '-X' | '-D', chain: string, rest: number | string = ''): string {
  return checkedLine(`${command} ${chainWord(chain)}${rest === '' ? '' : ` ${rest}`}`);
}

/** `:CHAIN POLICY [p:b]`: under --noflush it sets policy and policy counters of a built-in chain and keeps its rules. */
export function policyLine(chain: string, policy: string, counters: Counters | undefined): string {
  return checkedLine(`:${chainWord(chain)} ${policy} ${countersWord(counters ?? ['0', '0'])}`);
}

export function isZero(counters: Counters): boolean {
  return counters[0] === '0' && counters[1] === '0';
}

/** A chain name must be one word that reads back as itself; the kernel itself allows more than iptables-restore can read. */
function chainWord(chain: string): string {
  if (!/^[^\s"'\\!:-][^\s"'\\]*$/.test(chain)) {
    throw new Error(`Chain name ${JSON.stringify(chain)} cannot be written to restore text`);
  }
  return chain;
}

function countersWord(counters: Counters): string {
  if (!counters.every((count) => /^\d{1,20}$/.test(count))) {
    throw new Error(`Counters ${JSON.stringify(counters)} cannot be written to restore text`);
  }
  return `[${counters[0]}:${counters[1]}]`;
}

/**
 * The last look before a line goes to iptables-restore. What a state says was checked where it was read; the text of a live rule may hold
 * an escape character or a byte that is no UTF-8 and must come back as it was, but nothing may end the line.
 */
function checkedLine(line: string): string {
  const end = line.search(/[\n\0]/);
  if (end >= 0) {
    throw new Error(`${nameCharacter(line, end)} cannot be written to restore text: ${JSON.stringify(line)}`);
  }
  if (byteLength(line) > LONGEST_LINE) {
    throw new Error(
      `A line of more than ${LONGEST_LINE} bytes cannot be written to restore text: ${line.slice(0, 200)}...`,
    );
  }
  return line;
}
