import { type Answer, answer } from './answer.ts';

/** What is known of a mark of a packet or of a connection, bit by bit, and the rules that wrote it. */
export type Bits = { readonly value: bigint; readonly known: bigint; readonly written: readonly Written[] };

/** A rule that wrote, or may have written, some bits of a mark. */
export type Written = { readonly mask: bigint; readonly rule: string };

const ALL = 0xffffffffn;

/** Nothing is known: a program or a table of another tool may have written it before. */
export const UNKNOWN_BITS: Bits = { value: 0n, known: 0n, written: [] };

/** mark = (mark & ~clear) ^ xor. */
export function writeBits(bits: Bits, clear: bigint, xor: bigint, rule: string): Bits {
  const known = bits.known | clear;
  return {
    value: ((bits.value & ~clear) ^ xor) & known,
    known,
    written: note(bits.written, { mask: clear | xor, rule }),
  };
}

/** The bits of `mask` become those of another mark. */
export function copyBits(bits: Bits, from: Bits, mask: bigint, rule: string): Bits {
  const rules = [...from.written, ...(mask === 0n ? [] : [{ mask, rule }])];
  return {
    value: (bits.value & ~mask) | (from.value & mask),
    known: (bits.known & ~mask) | (from.known & mask),
    written: rules.reduce((all, one) => note(all, { ...one, mask: one.mask & mask }), bits.written),
  };
}

/** Something was written, and fw does not know what. */
export function forgetBits(bits: Bits, rule: string): Bits {
  return { value: 0n, known: 0n, written: note(bits.written, { mask: ALL, rule }) };
}

/** What is known where a packet came by one of two ways. */
export function joinBits(one: Bits, other: Bits): Bits {
  if (one === other) return one;
  const known = one.known & other.known & ~(one.value ^ other.value);
  return { value: one.value & known, known, written: other.written.reduce(note, one.written) };
}

/** Whether `(mark & mask) == value`. */
export function askBits({ value: is, known }: Bits, value: bigint, mask: bigint): Answer {
  if ((value & ~mask) !== 0n || (is & known & mask) !== (value & known & mask)) return 'no';
  return (mask & ~known) === 0n ? answer(true) : 'unknown';
}

/** The rules that may have written one of these bits. */
export function writersOf({ written }: Bits, mask: bigint): readonly string[] {
  return [...new Set(written.flatMap((one) => ((one.mask & mask) === 0n ? [] : [one.rule])))].sort();
}

/** `VALUE` or `VALUE/MASK`, as iptables-save prints both. */
export function parseMasked(text: string): { readonly value: bigint; readonly mask: bigint } | undefined {
  const [, value, mask = '0xffffffff'] =
    /^(0x[0-9a-f]{1,8}|\d{1,10})(?:\/(0x[0-9a-f]{1,8}|\d{1,10}))?$/i.exec(text) ?? [];
  return value === undefined ? undefined : { value: BigInt(value) & ALL, mask: BigInt(mask) & ALL };
}

function note(written: readonly Written[], one: Written): readonly Written[] {
  const isThere = one.mask === 0n || written.some(({ rule, mask }) => rule === one.rule && mask === one.mask);
  return isThere ? written : [...written, one];
}
