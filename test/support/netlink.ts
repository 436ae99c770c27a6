/** Netlink messages of nf_tables and ipset, as the kernel writes them. */

/** An attribute, padded. Text has a zero byte behind it. */
export function attribute(type: number, value: string | readonly number[] | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(`${value}\0`) : Uint8Array.from(value);
  const whole = new Uint8Array((bytes.length + 7) & ~3);
  const view = new DataView(whole.buffer);
  view.setUint16(0, bytes.length + 4, true);
  view.setUint16(2, type, true);
  whole.set(bytes, 4);
  return whole;
}

/** Attributes inside an attribute. */
export function nest(type: number, ...attributes: readonly Uint8Array[]): Uint8Array {
  return attribute(type | 0x8000, join(...attributes));
}

/** A message of netfilter. */
export function message(type: number, attributes: readonly Uint8Array[], flags = 0): Uint8Array {
  return rawMessage(type, join(Uint8Array.of(2, 0, 0, 0), ...attributes), flags);
}

export function rawMessage(type: number, body: Uint8Array, flags = 0): Uint8Array {
  const whole = new Uint8Array(16 + body.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, whole.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  whole.set(body, 16);
  return whole;
}

export function number(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

export const done = rawMessage(3, new Uint8Array(4));
export const generation = (id: number) => message(0x0a0f, [attribute(1, number(id))]);
export const ending = (isDone = true) => rawMessage(0xffff, Uint8Array.of(isDone ? 1 : 0, 0, 0, 0));

export const table = (name: string, options: { flags?: number; handle?: number; more?: readonly Uint8Array[] } = {}) =>
  message(0x0a00, [
    attribute(1, name),
    attribute(2, number(options.flags ?? 0)),
    attribute(3, number(9)),
    attribute(4, [0, 0, 0, 0, ...number(options.handle ?? 1)]),
    ...(options.more ?? []),
  ]);

export const chain = (
  tableName: string,
  name: string,
  options: {
    handle?: number;
    uses?: number;
    hook?: readonly number[];
    priority?: number;
    policy?: number;
    type?: string;
  } = {},
) =>
  message(0x0a03, [
    attribute(1, tableName),
    attribute(2, [0, 0, 0, 0, ...number(options.handle ?? 2)]),
    attribute(3, name),
    nest(4, attribute(1, options.hook ?? number(1)), attribute(2, number(options.priority ?? 0))),
    attribute(5, number(options.policy ?? 1)),
    attribute(6, number(options.uses ?? 1)),
    attribute(7, options.type ?? 'filter'),
  ]);

/** A rule with some expressions, each a name and what is in it. */
export const rule = (
  tableName: string,
  chainName: string,
  expressions: readonly (readonly [name: string, ...attributes: Uint8Array[]])[],
  options: { handle?: number; position?: number; more?: readonly Uint8Array[] } = {},
) =>
  message(0x0a06, [
    attribute(1, tableName),
    attribute(2, chainName),
    attribute(3, [0, 0, 0, 0, ...number(options.handle ?? 7)]),
    ...(options.position === undefined ? [] : [attribute(6, [0, 0, 0, 0, ...number(options.position)])]),
    nest(4, ...expressions.map(([name, ...attributes]) => nest(1, attribute(1, name), nest(2, ...attributes)))),
    ...(options.more ?? []),
  ]);

/** The expression of `-m set`, by the number of the set. */
export const matchSet = (setNumber: number, revision = 4): readonly [string, ...Uint8Array[]] => [
  'match',
  attribute(1, 'set'),
  attribute(2, number(revision)),
  attribute(3, [setNumber & 255, setNumber >> 8, 1, 1, ...Array<number>(36).fill(0)]),
];

export const ipset = (name: string, setNumber: number) =>
  message(0x0607, [attribute(2, name), attribute(11, [setNumber >> 8, setNumber & 255])]);
