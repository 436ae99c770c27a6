import { cleanText } from '../../text/clean-text.ts';

/** HTML that may stand in a page as it is. Only `html` makes it, and `trusted` for what this program wrote itself. */
export type Markup = { readonly markup: string };

type Value = Markup | string | number | readonly Markup[];

/** A template of HTML: what is put into it is escaped, unless it is markup itself. Attributes are always in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const [first = '', ...others] = parts;
  return { markup: first + others.map((part, at) => printed(values[at] ?? '') + part).join('') };
}

/** Text that is markup already: a constant of this program, or a drawing that `inlineSvg` has looked through. */
export function trusted(markup: string): Markup {
  return { markup };
}

export function join(parts: readonly Markup[], between = ''): Markup {
  return { markup: parts.map(({ markup }) => markup).join(between) };
}

/** Nothing, where there is nothing to say. */
export const NONE: Markup = { markup: '' };

function printed(value: Value): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : join(value).markup;
}

/** Controls, bidi overrides and the like become escapes as on every screen; then all that has a meaning in HTML, in text and in attributes. */
function escaped(text: string): string {
  return cleanText(text, true).replace(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);
}
