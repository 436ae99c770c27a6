import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LiveView } from '../../../src/ui/screen/LiveView.tsx';
import { createLiveStore } from '../../../src/ui/screen/live-store.ts';

afterEach(cleanup);

function open() {
  const store = createLiveStore();
  const answers: string[] = [];
  let interrupts = 0;
  const view = render(
    <LiveView
      store={store}
      unicode={false}
      show={(typed) => typed}
      onInterrupt={() => interrupts++}
      onAnswer={(answer, typed) => {
        answers.push(`${answer} ${typed}`);
        store.answered();
      }}
      onWriter={() => undefined}
      onErrorWriter={() => undefined}
    />,
  );
  const frame = () => view.lastFrame() ?? '';
  const shows = (text: string) => vi.waitFor(() => expect(frame()).toContain(text));
  const ask = async () => {
    store.update({ question: { prompt: 'Type yes:', word: 'yes', resolve: () => undefined } });
    await shows('Type yes: _');
  };
  return { store, view, answers, frame, shows, ask, interrupts: () => interrupts };
}

describe('LiveView', () => {
  it('keeps what was printed above the moving row', async () => {
    const { store, shows, frame } = open();
    store.update({ printed: ['first\nsecond'], progress: 'Applying  3/14' });
    await shows('Applying  3/14');
    expect(frame()).toMatch(/first\nsecond\n[-\\|/] Applying {2}3\/14/);
  });

  it('prints a rule that is longer than the window without a line end in it', async () => {
    const { store, shows, frame } = open();
    const rule = `-m comment --comment "${'long '.repeat(60)}" -j ACCEPT`;
    store.update({ printed: [rule], progress: 'Planning' });
    await shows('Planning');
    expect(frame()).toContain(rule);
  });

  it('shows what is typed and answers once', async () => {
    const { ask, view, shows, answers } = open();
    await ask();
    view.stdin.write('yes');
    await shows('Type yes: yes_');
    view.stdin.write('\r');
    await vi.waitFor(() => expect(answers).toEqual(['yes yes']));
    view.stdin.write('\r');
    expect(answers).toEqual(['yes yes']);
  });

  it.each([
    ['Escape', '\x1b', 'no '],
    ['Enter', '\r', 'no '],
    ['Ctrl-C', '\x03', 'interrupted '],
    ['Ctrl-D', '\x04', 'no '],
  ])('takes %s at the prompt for no yes', async (_name, key, answer) => {
    const { ask, view, answers, interrupts } = open();
    await ask();
    view.stdin.write(key);
    await vi.waitFor(() => expect(answers).toEqual([answer]));
    expect(interrupts()).toBe(0);
  });

  it('passes Ctrl-C on while nothing is asked and drops all other keys', async () => {
    const { store, view, shows, answers, ask, interrupts } = open();
    store.update({ progress: 'Reading' });
    await shows('Reading');
    view.stdin.write('yes\r');
    view.stdin.write('\x03');
    await vi.waitFor(() => expect(interrupts()).toBe(1));
    await ask();
    expect(answers).toEqual([]);
  });
});
