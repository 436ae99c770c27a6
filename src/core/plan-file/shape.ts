import { LIMITS } from '../limits.ts';
/**
 * What a value of a file must look like: a function that gives the place of the first part that is otherwise, undefined where all is well. The
 * place is made of keys that fw knows and of numbers, so nothing of a hostile file gets into a message.
 */
export type Shape = (value: unknown, place: string) => string | undefined;

const MOST_ITEMS = LIMITS.planItems.most;

type TextOptions = {
  readonly most: number;
  readonly form?: RegExp;
  readonly isGood?: (text: string) => boolean;
  readonly empty?: boolean;
};

/** A text of one line, not empty unless `empty` says so. A line end or a NUL would end what it is written into. */
export function text({ most, form, isGood, empty = false }: TextOptions): Shape {
  return (value, place) => {
    const isText = typeof value === 'string' && value.length <= most && (empty || value !== '');
    if (!isText || /[\n\0]/.test(value)) return place;
    return form?.test(value) === false || isGood?.(value) === false ? place : undefined;
  };
}

/** A text of many lines. */
export const lines: Shape = (value, place) => (typeof value === 'string' && !value.includes('\0') ? undefined : place);

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape {
  return (value, place) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most && !Object.is(value, -0)
      ? undefined
      : place;
}

export function oneOf(...values: readonly (string | number | boolean | null)[]): Shape {
  return (value, place) => (values.some((one) => one === value) ? undefined : place);
}

export function list(item: Shape, most: number = MOST_ITEMS): Shape {
  return (value, place) => {
    if (!Array.isArray(value) || value.length > most) return place;
    for (let at = 0; at < value.length; at += 1) {
      const problem = item(value[at], `${place}[${at}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** A list with something in it. */
export function filled(item: Shape): Shape {
  const all = list(item);
  return (value, place) => (Array.isArray(value) && value.length === 0 ? place : all(value, place));
}

/** A list with a shape for each place; those from `required` on may be left out. */
export function tuple(items: readonly Shape[], required: number = items.length): Shape {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < required || value.length > items.length) return place;
    for (let at = 0; at < value.length; at += 1) {
      const problem = items[at]?.(value[at], `${place}[${at}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** All keys of `required`, any of `optional`, and no other: a key that fw does not read might be one that another program does. */
export function object(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const known = new Map([...Object.entries(required), ...Object.entries(optional)]);
  const needed = Object.keys(required);
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return place;
    const missing = needed.find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return `${place}.${missing}`;
    for (const [key, part] of Object.entries(value)) {
      const shape = known.get(key);
      if (shape === undefined) return `a key of ${place} that this fw does not know`;
      const problem = shape(part, `${place}.${key}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** Keys that are names, each of a form, with values of one shape. */
export function record(name: RegExp, shape: Shape): Shape {
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return place;
    for (const [key, part] of Object.entries(value)) {
      if (!name.test(key)) return `a key of ${place} that this fw does not know`;
      const problem = shape(part, `${place}.${key}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** One of several objects, told apart by the value of one key. */
export function byKey(key: string, shapes: Readonly<Record<string, Shape>>): Shape {
  const known = new Map(Object.entries(shapes));
  return (value, place) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return `${place}.${key}`;
    const kind: unknown = (value as Readonly<Record<string, unknown>>)[key];
    const shape = typeof kind === 'string' ? known.get(kind) : undefined;
    return shape === undefined ? `${place}.${key}` : shape(value, place);
  };
}

export function nullOr(shape: Shape): Shape {
  return (value, place) => (value === null ? undefined : shape(value, place));
}
