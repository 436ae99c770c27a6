import { describe, expect, test } from 'vitest';
import { addressFamily } from '../../../../src/core/rules/address-family.ts';

describe('addressFamily', () => {
  test.each([
    '10.0.0.1',
    '10.0.0.0/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0.1-10.0.0.9',
    '10.0.0.1:80',
    '10.0.0.1:80-90',
    '0.0.0.0/0',
  ])('takes %s for IPv4', (word) => {
    expect(addressFamily(word)).toBe('ipv4');
  });

  test.each([
    '::',
    '::/0',
    '::1',
    '2001:db8::',
    '2001:db8::1/64',
    '2001:DB8::1-2001:db8::9',
    '[2001:db8::1]:80',
    '[2001:db8::1]-[2001:db8::5]:80-90',
    '1:2:3:4:5:6:7:8',
    'fe80::1:2:3:4',
    '::ffff:10.0.0.1',
    '1:2:3:4:5:6:10.0.0.1',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '1::2:3:4:5:6:7',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
  ])('takes %s for IPv6', (word) => {
    expect(addressFamily(word)).toBe('ipv6');
  });

  test.each([
    '1:100',
    ':1024',
    '1024:',
    ':',
    '10:00',
    '23:59:59',
    '02:ab:cd:00:00:01',
    '00:11:22:33:44:55:66:77:88',
    '2020-01-01T10:00:00',
    'eth0.100',
    'example.com',
    '10.0.0',
    '1.2.3.4.5',
    'a:b',
    '1:::2',
    '1::2::3',
    '12345::1',
    'tcp',
    '80,443',
    '0x1:0x2',
    '',
  ])('takes %j for no address', (word) => {
    expect(addressFamily(word)).toBeUndefined();
  });
});
