import { expect, test } from 'vitest';
import { findBadAddressList, splitAddresses } from '../../../../src/core/rule-text/split-addresses.ts';

function split(text: string): readonly string[] {
  return splitAddresses(text.split(' ')).map((words) => words.join(' '));
}

test('every destination for the first source, then for the next', () => {
  const expected = ['-d 3 -s 1 -j x', '-d 4 -s 1 -j x', '-d 3 -s 2 -j x', '-d 4 -s 2 -j x'];
  expect(split('-d 3,4 -s 1,2 -j x')).toEqual(expected);
});

test.each(['-s', '--source', '--src', '--so', '--sr', '-d', '--destination', '--dst', '--ds', '--des'])(
  'splits behind %s',
  (option) => {
    expect(split(`-p tcp ${option} a,b`)).toEqual([`-p tcp ${option} a`, `-p tcp ${option} b`]);
  },
);

test('drops the blanks that iptables skips in a quoted list', () => {
  expect(splitAddresses(['-s', '1.1.1.1, 2.2.2.2'])).toEqual([
    ['-s', '1.1.1.1'],
    ['-s', '2.2.2.2'],
  ]);
});

test.each([
  '-p tcp -m multiport --dports 1,2',
  '-m comment --comment -s -m x --y a,b',
  '--comment -s a,b',
  '-s 10.0.0.1 -j x',
  '',
])('leaves %j', (text) => {
  expect(split(text)).toEqual([text]);
});

test('leaves what iptables refuses, and says what is wrong with it', () => {
  expect(split('! -s 1,2')).toEqual(['! -s 1,2']);
  const negated = 'Addresses cannot be negated where one is a list';
  expect(findBadAddressList(['!', '-s', '1,2'])).toEqual({ at: 0, why: negated });
  expect(findBadAddressList(['-s', '1,2', '!', '-d', '1'])).toEqual({ at: 2, why: negated });
  expect(findBadAddressList(['-s', '1', '-d', '1,'])).toEqual({ at: 3, why: 'A list of addresses has an empty part' });
  expect(findBadAddressList(['-s', '1,2', '!', '-i', 'lo'])).toBeUndefined();
  expect(findBadAddressList(['!', '-s', '1', '-m', 'multiport', '--ports', '1,2'])).toBeUndefined();
});
