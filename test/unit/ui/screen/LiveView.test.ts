import { describe, expect, it } from 'vitest';
import { type Keys, type PromptState, pressKey } from '../../../../src/ui/screen/LiveView.tsx';

function type(...presses: readonly (readonly [string, Keys] | string)[]): PromptState {
  let state: PromptState = { typed: '' };
  for (const press of presses) {
    const [input, keys] = typeof press === 'string' ? [press, {}] : press;
    state = pressKey(state, input, keys, 'yes');
  }
  return state;
}

const ENTER = ['', { return: true }] as const;

describe('pressKey', () => {
  it.each([
    ['the word and Enter', type('y', 'e', 's', ENTER), 'yes'],
    ['a paste of the word with its line end', type('yes\r'), 'yes'],
    ['the word with blanks around it', type(' yes ', ENTER), 'yes'],
    ['Enter alone', type(ENTER), 'no'],
    ['a part of the word', type('ye', ENTER), 'no'],
    ['the word in capitals', type('YES', ENTER), 'no'],
    ['the word and more', type('yes please', ENTER), 'no'],
    ['a paste of several lines', type('no\nyes\n'), 'no'],
    ['Escape after the word', type('yes', ['', { escape: true }]), 'no'],
    ['Ctrl-D after the word', type('yes', ['d', { ctrl: true }]), 'no'],
    ['Ctrl-C after the word', type('yes', ['c', { ctrl: true }]), 'interrupted'],
    ['the word without Enter', type('yes'), undefined],
  ])('takes %s as %s', (_name, state, answer) => {
    expect(state.answer).toBe(answer);
  });

  it('corrects with Backspace', () => {
    expect(type('yex', ['', { backspace: true }], 's', ENTER).answer).toBe('yes');
  });

  it('keeps neither controls nor an endless paste', () => {
    expect(type('a\x1b\x07b').typed).toBe('ab');
    expect(type('x'.repeat(5000)).typed).toHaveLength(64);
  });
});
