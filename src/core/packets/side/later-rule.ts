import type { Backend, Family } from '../../rules/types.ts';
import { readPacketRule } from '../rule/read-packet-rule.ts';
import type { PacketRule } from '../types/rule.ts';
import { type PlainRule, plainRule } from './plain-rule.ts';
import type { SideChain, SideRule } from './side.ts';

/** A comment that looks the same with quotes and without them: most programs name in one whose rule it is. */
const SIMPLE_COMMENT = /-m comment --comment (?:"[^"\\\\]*"|[^\s"]+) /;

/** A text that `plainRule` knows, and what it means, read when it is first asked for: one for all rules that say the same. */
class PlainText {
  readonly plain: PlainRule;
  readonly meaning: number;
  private readonly read: () => PacketRule;
  private known: PacketRule | undefined;

  constructor(plain: PlainRule, meaning: number, read: () => PacketRule) {
    this.plain = plain;
    this.meaning = meaning;
    this.read = read;
  }

  get rule(): PacketRule {
    this.known ??= this.read();
    return this.known;
  }
}

/** A rule that is read when it is first asked for. */
export class LaterRule implements SideRule {
  readonly plain: PlainRule;
  readonly meaning: number;
  readonly chain: SideChain;
  readonly number: number;
  readonly text: string;
  to?: SideChain;
  changed = false;
  private readonly later: PlainText;

  constructor(later: PlainText, { chain, number, text }: Pick<SideRule, 'chain' | 'number' | 'text'>) {
    this.later = later;
    this.plain = later.plain;
    this.meaning = later.meaning;
    this.chain = chain;
    this.number = number;
    this.text = text;
  }

  get rule(): PacketRule {
    return this.later.rule;
  }
}

/** The plain texts of the firewalls that are compared, each once; a comment makes no other rule of it. */
export class PlainTexts {
  private readonly known = new Map<string, PlainText>();
  private readonly nextMeaning: () => number;

  constructor(nextMeaning: () => number) {
    this.nextMeaning = nextMeaning;
  }

  find(
    full: string,
    { family, backend }: { readonly family: Family; readonly backend: Backend },
  ): PlainText | undefined {
    const known = this.known.get(full);
    if (known !== undefined) return known;
    const text = full.includes('--comment ') ? full.replace(SIMPLE_COMMENT, '') : full;
    const plain = plainRule(text, family);
    if (plain === undefined) return undefined;
    const same = text === full ? undefined : this.known.get(text);
    const read = () => readPacketRule(text, { family, backend, identity: text });
    const found = same ?? new PlainText(plain, this.nextMeaning(), read);
    this.known.set(text, found);
    this.known.set(full, found);
    return found;
  }
}
