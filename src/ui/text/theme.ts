/** Signs of the gutter. They carry the meaning; colour only repeats it. All are ASCII, so every output shows the same text. */
export const SIGNS = { add: '+', remove: '-', change: '~', move: '>', keep: ' ', attention: '!' } as const;

export type Sign = keyof typeof SIGNS;

// SGR parameters from the sixteen colours that every terminal theme defines.
const STYLES = {
  add: '32',
  remove: '31',
  change: '33',
  move: '36',
  keep: '2',
  attention: '1;33',
  addedWord: '1;32',
  removedWord: '1;31',
  heading: '1',
  faint: '2',
  good: '32',
  bad: '1;31',
} as const;

export type Style = keyof typeof STYLES;

export type Paint = (style: Style, text: string) => string;

/** Colours text, or returns it as it is. Text goes in cleaned: escapes are added here and nowhere else. */
export function painter(colour: boolean): Paint {
  if (!colour) return (_style, text) => text;
  return (style, text) => (text === '' ? '' : `\x1b[${STYLES[style]}m${text}\x1b[0m`);
}

/** Takes away what `painter` put in. */
export function stripColour(text: string): string {
  const [first = '', ...others] = text.split('\x1b[');
  return first + others.map((part) => part.slice(part.indexOf('m') + 1)).join('');
}
