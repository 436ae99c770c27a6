import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { apply, applyMade, plan, realPorts } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { loadSets, savedSets } from '../support/sets.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

/** A state whose set others write to, with a check that does something and fails. */
function site(first: string) {
  const ns = makeNamespace();
  const document = (set: string) =>
    `namespace: ${ns}\nsets:\n  bans: {family: ipv4, ${set}}\n` +
    'tables: {filter: {INPUT: [-m set --match-set bans src -j DROP]}}\n';
  const state = stateFolder({ 'a.yaml': document(first) });
  return {
    ns,
    state,
    change: (set: string) => writeFiles(state, { 'a.yaml': document(set) }),
    /** Applies it; before the way back others write this text. */
    fail: async (set: string, text: string, ports = realPorts()) => {
      const file = join(stateFolder({ others: text }), 'others');
      const script = `ip netns exec ${ns} ipset restore <${file} && exit 1`;
      writeFiles(state, { 'a.yaml': `${document(set)}checks:\n  - command: [/bin/sh, -c, "${script}"]\n` });
      const error = (await apply(state, ports).catch((cause: unknown) => cause)) as FwError;
      expect(error).toMatchObject({ code: 'apply.check-failed', firewall: 'rolled back and verified' });
    },
    /** Entries, with `timeout` in place of what is left of a time. */
    entries: () =>
      savedSets(ns).flatMap((line) =>
        line.startsWith('add fw-bans ') ? [line.slice(12).replace(/ timeout [1-9]\d*/, ' timed')] : [],
      ),
    header: () => savedSets(ns).find((line) => line.startsWith('create fw-bans ')),
  };
}

describe('a way back of a set that was made anew keeps what others did to it since', () => {
  test.each(['nothing is declared in it', 'entries are declared'])('where %s', async (kind) => {
    const entries = kind === 'entries are declared' ? ', entries: [10.0.0.1]' : '';
    const { ns, state, fail, entries: found, header } = site(`type: hash:ip, timeout: 600${entries}`);
    await apply(state);
    const declared = entries === '' ? [] : ['10.0.0.1 timeout 0'];
    const mine = entries === '' ? 'add fw-bans 10.0.0.3 timeout 0\n' : '';
    loadSets(ns, `${mine}add fw-bans 10.0.0.4 timeout 500\nadd fw-bans 10.0.0.5 timeout 500\n`);
    const was = header();
    const more = entries === '' ? 'del fw-bans 10.0.0.3\nadd fw-bans 10.0.0.6 timeout 0\n' : '';
    await fail(
      `type: hash:ip, timeout: 600, comment: true${entries}`,
      `del fw-bans 10.0.0.4\nadd fw-bans 10.0.0.7 timeout 400 comment "new"\n${more}`,
    );
    expect(header()).toBe(was);
    const own = entries === '' ? ['10.0.0.6 timeout 0'] : [];
    expect(found()).toEqual([...declared, '10.0.0.5 timed', ...own, '10.0.0.7 timed']);
  });

  test('in a swap of many entries', async () => {
    const list = (from: number) => Array.from({ length: 40 }, (_, at) => `10.0.1.${from + at}`).join(', ');
    const { state, fail, entries } = site(`type: hash:ip, entries: [${list(0)}]`);
    await apply(state);
    const was = entries();
    await fail(`type: hash:ip, entries: [${list(30)}]`, 'add fw-bans 10.9.9.9\n');
    expect(entries()).toEqual([...was, '10.9.9.9'].sort());
  });
});

test('an entry that others put in for a time and that a state makes stay has its time again after a way back', async () => {
  const { ns, state, fail, entries, change } = site('type: hash:ip, timeout: 600, entries: [10.0.0.1]');
  await apply(state);
  loadSets(ns, 'add fw-bans 10.0.0.2 timeout 500\n');
  await fail('type: hash:ip, timeout: 600, entries: [10.0.0.1, 10.0.0.2]', '');
  expect(entries()).toEqual(['10.0.0.1 timeout 0', '10.0.0.2 timed']);
  // The same where the set is made anew.
  await fail('type: hash:ip, timeout: 600, comment: true, entries: [10.0.0.1, 10.0.0.2]', '');
  expect(entries()).toEqual(['10.0.0.1 timeout 0', '10.0.0.2 timed']);
  change('type: hash:ip, timeout: 600, comment: true, entries: [10.0.0.1, 10.0.0.2]');
  await apply(state);
  expect(entries()).toEqual(['10.0.0.1 timeout 0', '10.0.0.2 timeout 0']);
});

test('what others add after the plan was made is in the set that takes the place of theirs', async () => {
  const { ns, state, change, entries } = site('type: hash:ip, timeout: 600');
  await apply(state);
  change('type: hash:ip, timeout: 600, comment: true');
  const make = async () => {
    const made = await plan(state);
    loadSets(ns, 'add fw-bans 10.0.0.8 timeout 500\nadd fw-bans 10.0.0.9 timeout 0\n');
    return made;
  };
  await applyMade(make, state);
  expect(entries()).toEqual(['10.0.0.8 timed', '10.0.0.9 timeout 0']);
});

describe('what others do between the last look at a set and its swap is not lost', () => {
  /** The real ports; right before the nth text that swaps a set others write these lines. */
  const meanwhile = (ns: string, texts: readonly string[]) => {
    let seen = 0;
    return realPorts((kernel) => ({
      ...kernel,
      restoreSets: (namespace, text) => {
        if (/^swap /m.test(text)) loadSets(ns, texts[seen++] ?? '');
        return kernel.restoreSets(namespace, text);
      },
    }));
  };
  const TIMED = 'type: hash:ip, timeout: 600';

  test.each(['', ', entries: [10.0.0.1]'])('in a set with times%s', async (declared) => {
    const { ns, state, change, entries, header } = site(`${TIMED}${declared}`);
    await apply(state);
    loadSets(
      ns,
      'add fw-bans 10.0.0.4 timeout 500\nadd fw-bans 10.0.0.5 timeout 50\nadd fw-bans 10.0.0.6 timeout 500\n',
    );
    change(`${TIMED}, comment: true${declared}`);
    await apply(
      state,
      meanwhile(ns, [
        'del fw-bans 10.0.0.4\nadd fw-bans 10.0.0.5 timeout 590 -exist\nadd fw-bans 10.0.0.7 timeout 400\n',
      ]),
    );
    expect(header()).toContain(' comment');
    const mine = declared === '' ? [] : ['10.0.0.1 timeout 0'];
    expect(entries()).toEqual([...mine, '10.0.0.5 timed', '10.0.0.6 timed', '10.0.0.7 timed']);
    expect(savedSets(ns).find((line) => line.startsWith('add fw-bans 10.0.0.5 '))).toMatch(/timeout 5[5-9]\d$/);
  });

  test('there and on the way back', async () => {
    const { ns, state, fail, entries } = site(TIMED);
    await apply(state);
    loadSets(ns, 'add fw-bans 10.0.0.4 timeout 500\nadd fw-bans 10.0.0.5 timeout 500\n');
    const texts = [
      'del fw-bans 10.0.0.4\nadd fw-bans 10.0.0.7 timeout 400\n',
      'del fw-bans 10.0.0.5\nadd fw-bans 10.0.0.8 timeout 400\n',
    ];
    await fail(`${TIMED}, comment: true`, 'add fw-bans 10.0.0.9 timeout 400\n', meanwhile(ns, texts));
    expect(entries()).toEqual(['10.0.0.7 timed', '10.0.0.8 timed', '10.0.0.9 timed']);
  });

  test('also where the content is declared: then the apply goes back, and the next plan shows what goes', async () => {
    const list = (from: number) => Array.from({ length: 40 }, (_, at) => `10.0.1.${from + at}`).join(', ');
    const { ns, state, change, entries } = site(`type: hash:ip, entries: [${list(0)}]`);
    await apply(state);
    const was = entries();
    change(`type: hash:ip, entries: [${list(30)}]`);
    const error = await apply(state, meanwhile(ns, ['add fw-bans 10.9.9.9\ndel fw-bans 10.0.1.35\n'])).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: 'apply.rolled-back', firewall: 'rolled back and verified' });
    expect(entries()).toEqual([...was.filter((entry) => entry !== '10.0.1.35'), '10.9.9.9'].sort());
    await apply(state);
    expect(entries()).toEqual(list(30).split(', ').sort());
  });

  test('when the step ends between the swap and the end of the old set', async () => {
    const { ns, state, change, entries, header } = site(TIMED);
    await apply(state);
    const was = header();
    loadSets(ns, 'add fw-bans 10.0.0.4 timeout 500\nadd fw-bans 10.0.0.5 timeout 500\n');
    change(`${TIMED}, comment: true`);
    const ports = meanwhile(ns, ['del fw-bans 10.0.0.4\nadd fw-bans 10.0.0.7 timeout 400\n']);
    let isCut = false;
    const { saveSets } = ports.kernel;
    const cut: typeof saveSets = (sets) => {
      if (isCut || !sets.some(({ set }) => set === 'fw-bans~')) return saveSets(sets);
      isCut = true;
      return Promise.reject(new Error('cut off'));
    };
    const error = await apply(state, { ...ports, kernel: { ...ports.kernel, saveSets: cut } }).catch((cause) => cause);
    expect([isCut, error]).toMatchObject([true, { code: 'apply.rolled-back', firewall: 'rolled back and verified' }]);
    expect(header()).toBe(was);
    expect(entries()).toEqual(['10.0.0.5 timed', '10.0.0.7 timed']);
    expect(savedSets(ns).filter((line) => line.includes('~'))).toEqual([]);
  });
});
