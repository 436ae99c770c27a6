import { describe, expect, test } from 'vitest';
import { isOfType, PARAMETER_TYPES, type ParameterType } from '../../../../../src/core/state/schema/parameter-type.ts';

const TAKEN: Readonly<Record<ParameterType, readonly string[]>> = {
  cidr: ['10.0.0.0/8', '10.0.0.1', '0.0.0.0/0', '2001:db8::/32', '::/0', '::1', '::ffff:10.0.0.1/128'],
  address: ['10.0.0.1', '2001:db8::1', '::'],
  port: ['0', '22', '65535', '6000:6063', 'ssh', 'http-alt'],
  interface: ['eth0', 'eth0.100', 'veth+', '+', 'br-0123456789ab', 'wg_0'],
  set: ['blocked', 'f2b-sshd', 'x'.repeat(31)],
  chain: ['web', 'DOCKER-USER', 'x'.repeat(28)],
  string: ['', 'a b', '--x', '$'],
  number: ['0', '20', '4294967295'],
  flag: ['true', 'false'],
};

const REFUSED: Readonly<Record<ParameterType, readonly string[]>> = {
  cidr: [
    '',
    '10.0.0.0/33',
    '10.0.0.256',
    '10/8',
    '2001:db8::/129',
    '10.0.0.0/8/8',
    '10.0.0.1,10.0.0.2',
    '10.0.0.0/255.0.0.0',
    'a.b',
    '10.0.0.1 ',
    '1:2:3',
    '::1%lo',
    '[::1]',
  ],
  address: ['10.0.0.0/8', '10.0.0', '::1/128', '[::1]', '10.0.0.1-10.0.0.2', 'localhost', '10.0.0.1:80'],
  port: ['', '65536', '-1', '80,443', '90:80', '1:2:3', '1:', 'a b', '1e3', '٣'],
  interface: ['', 'x'.repeat(16), 'a/b', 'a b', '..', '.', '-i', '!eth0', 'a"b', 'eth0:1'],
  set: ['', 'a,b', 'a b', '-x', '!x', 'x'.repeat(32)],
  chain: ['', '-x', '!x', 'a b', 'x'.repeat(29), 'a"b', ':x', '$x'],
  string: [],
  number: ['', '-1', '1.5', '01', '4294967296', '0x1'],
  flag: ['', 'yes', 'True', '1', 'on'],
};

describe.each(PARAMETER_TYPES)('a parameter of type %s', (type) => {
  test('takes what it is for, and nothing else', () => {
    expect(TAKEN[type].filter((text) => !isOfType(type, text))).toEqual([]);
    expect(REFUSED[type].filter((text) => isOfType(type, text))).toEqual([]);
  });
});
