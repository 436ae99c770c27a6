import type { Answer } from './screen.ts';

/** What has been typed at a prompt, and the answer once there is one. */
export type PromptState = { readonly typed: string; readonly answer?: Answer };

/** Keys as Ink tells them; a paste arrives as one long input, its line end inside. */
export type Keys = {
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
};

// No word that is asked for is longer; what is pasted by mistake shall not fill the screen.
const LONGEST = 64;

/** One key press at a prompt for `word`. Enter decides, Ctrl-C interrupts, Escape and Ctrl-D are a no. */
export function pressKey({ typed }: PromptState, input: string, keys: Keys, word: string): PromptState {
  if (keys.ctrl) {
    if (input === 'c') return { typed, answer: 'interrupted' };
    return input === 'd' ? { typed, answer: 'no' } : { typed };
  }
  if (keys.escape) return { typed, answer: 'no' };
  if (keys.backspace || keys.delete) return { typed: [...typed].slice(0, -1).join('') };
  if (keys.meta) return { typed };
  if (keys.return) return decide(typed, word);
  const [first = '', ...others] = input.split(/[\r\n]/);
  const longer = (typed + [...first].filter((character) => !/\p{C}/u.test(character)).join('')).slice(0, LONGEST);
  return others.length > 0 ? decide(longer, word) : { typed: longer };
}

function decide(typed: string, word: string): PromptState {
  return { typed, answer: typed.trim() === word ? 'yes' : 'no' };
}
