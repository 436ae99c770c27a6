import { describe, expect, test } from 'vitest';
import { isSame, placeOfRun } from '../../../../src/core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../../../../src/core/identity/types.ts';
import type { Namespace } from '../../../../src/core/rules/types.ts';

const host: Namespace = { kind: 'host' };
const blue: Namespace = { kind: 'named', name: 'blue' };
const id = (namespace: Namespace, cookie: string): NamespaceIdentity => ({ namespace, cookie });
const here = { boot: 'b1', machine: 'm1' };

describe('two identities', () => {
  test('the cookie decides, and where one side has none the file does', () => {
    expect(isSame({ ...id(blue, '1'), file: '4:1:1' }, { ...id(blue, '1'), file: '4:1:2' })).toBe(true);
    expect(isSame({ ...id(blue, '1'), file: '4:1:1' }, { ...id(blue, '2'), file: '4:1:1' })).toBe(false);
    expect(isSame({ namespace: blue, file: '4:1:1' }, { ...id(blue, '2'), file: '4:1:1' })).toBe(true);
    expect(isSame({ namespace: blue, file: '4:1:1' }, { namespace: blue, file: '4:2:1' })).toBe(false);
    expect(isSame({ namespace: blue, file: '4:1:1' }, { namespace: blue, file: '4:1:1' })).toBe(true);
  });

  test('neither of them: it cannot be told', () => {
    expect(isSame({ namespace: blue }, id(blue, '2'))).toBeUndefined();
    expect(isSame(id(blue, '2'), { namespace: blue, file: '4:1:1' })).toBeUndefined();
    // An inode number is given again.
    expect(isSame({ namespace: blue, file: '4:1:1' }, { namespace: blue, file: '4:1:2' })).toBeUndefined();
  });
});

describe('where an apply was made', () => {
  const run = { ...here, namespaces: [id(host, '1'), id(blue, '7')] };

  test('here', () => {
    expect(placeOfRun(run, here, [id(host, '1'), id(blue, '7')])).toEqual({ kind: 'here', gone: [] });
  });

  test('a named namespace that is gone, or another one now, is left out', () => {
    expect(placeOfRun(run, here, [id(host, '1'), undefined])).toEqual({
      kind: 'here',
      gone: [{ namespace: blue, why: 'deleted' }],
    });
    expect(placeOfRun(run, here, [id(host, '1'), id(blue, '8')])).toEqual({
      kind: 'here',
      gone: [{ namespace: blue, why: 'made anew' }],
    });
  });

  test('another host namespace: nothing of it is here, also not what has a name', () => {
    expect(placeOfRun(run, here, [id(host, '2'), id(blue, '7')])).toMatchObject({ kind: 'other namespace' });
  });

  test('another boot, another machine; a machine without a name is told by its boot', () => {
    expect(placeOfRun(run, { boot: 'b2', machine: 'm1' }, [])).toEqual({ kind: 'earlier boot' });
    expect(placeOfRun(run, { boot: 'b2', machine: 'm2' }, [])).toEqual({ kind: 'other machine' });
    expect(placeOfRun(run, { boot: 'b2' }, [])).toEqual({ kind: 'earlier boot' });
    expect(placeOfRun({ boot: 'b1', namespaces: run.namespaces }, here, [id(host, '1'), id(blue, '7')])).toEqual({
      kind: 'here',
      gone: [],
    });
  });

  test('a name that is missing in another folder of names is not gone', () => {
    const seen = { ...run, folder: '25:1' };
    expect(placeOfRun(seen, { ...here, folder: '25:1' }, [id(host, '1'), undefined])).toMatchObject({ kind: 'here' });
    for (const folder of ['77:1', undefined]) {
      const lost = { kind: 'unknown', namespace: blue };
      expect(placeOfRun(seen, { ...here, folder }, [id(host, '1'), undefined])).toEqual(lost);
      expect(placeOfRun(seen, { ...here, folder }, [id(host, '1'), id(blue, '8')])).toEqual(lost);
    }
  });

  test('a journal that did not note it, and a kernel that cannot tell', () => {
    expect(placeOfRun({ boot: 'b1' }, here, [])).toEqual({ kind: 'unknown', namespace: undefined });
    expect(placeOfRun(run, here, [{ namespace: host }, id(blue, '7')])).toEqual({ kind: 'unknown', namespace: host });
  });
});
