/** Types of netlink messages (linux/netlink.h, nfnetlink.h, nf_tables.h, ip_set.h; the upper byte is the subsystem). */
export const MESSAGE = {
  error: 0x0002,
  done: 0x0003,
  table: 0x0a00,
  chain: 0x0a03,
  rule: 0x0a06,
  set: 0x0a09,
  generation: 0x0a0f,
  object: 0x0a12,
  flowtable: 0x0a16,
  ipset: 0x0607,
  /** No message of the kernel: the program that dumps has come to the end of a target. */
  end: 0xffff,
} as const;

/** The kernel marks a dump during which something was committed. */
export const INTERRUPTED = 0x10;

export const MESSAGE_HEADER = 16;
/** Behind the header of each message of netfilter: its family, a version, two bytes of the genid. */
export const NETFILTER_HEADER = 4;

/** Length and type stand in front of the value of an attribute. */
export const ATTRIBUTE_HEADER = 4;
/** Two bits of a type say how the value is written. */
const TYPE_BITS = 0x3fff;

/** Where the next attribute begins. */
export function nextAttribute(bytes: Uint8Array, at: number): number {
  return at + ((u16(bytes, at) + 3) & ~3);
}

export function attributeEnd(bytes: Uint8Array, at: number): number {
  return at + u16(bytes, at);
}

export function attributeType(bytes: Uint8Array, at: number): number {
  return u16(bytes, at + 2) & TYPE_BITS;
}

/** Whether the bytes between two places are attributes, one behind the other. What is read of attributes is read after this was asked. */
export function areAttributes(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at + ATTRIBUTE_HEADER <= to) {
    if (u16(bytes, at) < ATTRIBUTE_HEADER || attributeEnd(bytes, at) > to) return false;
    at = nextAttribute(bytes, at);
  }
  return at >= to;
}

/** Where the first attribute of a type begins; -1 where there is none. */
export function findAttribute(bytes: Uint8Array, from: number, to: number, wanted: number): number {
  for (let at = from; at < to; at = nextAttribute(bytes, at)) if (attributeType(bytes, at) === wanted) return at;
  return -1;
}

/** Numbers in the order of the machine; every machine that fw knows the system calls of has the low byte first. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

const latin1 = new TextDecoder('latin1');

/** The value of an attribute that is a text and ends with a zero byte. A byte stays a character, so two texts are equal where their bytes are. */
export function textOf(bytes: Uint8Array, attribute: number): string {
  const from = attribute + ATTRIBUTE_HEADER;
  const end = attributeEnd(bytes, attribute);
  const zero = bytes.indexOf(0, from);
  return latin1.decode(bytes.subarray(from, zero >= 0 && zero < end ? zero : end));
}

/** Whether the value is this text, with a zero byte behind it. */
export function isText(bytes: Uint8Array, attribute: number, text: Uint8Array): boolean {
  const from = attribute + ATTRIBUTE_HEADER;
  if (attributeEnd(bytes, attribute) - from !== text.length + 1) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[from + index] !== text[index]) return false;
  return bytes[from + text.length] === 0;
}
