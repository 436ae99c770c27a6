import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { apply } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { shippedPorts } from '../support/shipped-ports.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';
import { makePair, SERVER_ADDRESS, serve } from '../support/veth-pair.ts';

/** Whether a TCP connection is made within a second. */
function reaches(from: string, address: string, port: number): boolean {
  return inNamespace(from, 'timeout', ['1', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`]).status === 0;
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}

describe.each(['nft', 'legacy'] as const)('what packets meet in templates (%s)', (backend) => {
  test('host-baseline: what is named is open, answers come back, the rest is dropped', async () => {
    const { server, client } = makePair();
    await serve(server);
    await serve(client);
    const document = (more: string) =>
      `namespace: ${server}\nbackend: ${backend}\nuse:\n  - template: host-baseline\n    with: {management: [10.77.0.3], ${more}}\n`;
    const state = stateFolder({ 'a.yaml': document('ping: false') });
    await apply(state, shippedPorts());
    expect([reaches(client, SERVER_ADDRESS, 80), reaches(server, '10.77.0.2', 80)]).toEqual([false, true]);
    writeFiles(state, { 'a.yaml': document('tcp: [80]') });
    await apply(state, shippedPorts());
    expect(reaches(client, SERVER_ADDRESS, 80)).toBe(true);
    writeFiles(state, { 'a.yaml': document('ssh_port: 80').replace('10.77.0.3', '10.77.0.2') });
    await apply(state, shippedPorts());
    expect(reaches(client, SERVER_ADDRESS, 80)).toBe(true);
  });

  test('nat-gateway and port-forward: out for everybody inside, in through the forwarded port only', async () => {
    const { server: inside, client: gateway } = makePair();
    const outside = makeNamespace('outside');
    ip('link', 'add', 'wan', 'netns', gateway, 'type', 'veth', 'peer', 'name', 'wan', 'netns', outside);
    ip('-n', gateway, 'address', 'add', '203.0.113.1/24', 'dev', 'wan');
    ip('-n', outside, 'address', 'add', '203.0.113.2/24', 'dev', 'wan');
    for (const name of [gateway, outside]) ip('-n', name, 'link', 'set', 'wan', 'up');
    ip('-n', inside, 'route', 'add', 'default', 'via', '10.77.0.2');
    ip('-n', outside, 'route', 'add', '10.77.0.0/24', 'via', '203.0.113.1');
    expect(inNamespace(gateway, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1']).status).toBe(0);
    await serve(inside);
    await serve(outside);
    const state = stateFolder({
      'a.yaml':
        `namespace: ${gateway}\nbackend: ${backend}\nuse:\n` +
        '  - {template: nat-gateway, with: {inside: 10.77.0.0/24, lan: v0, uplink: wan}}\n' +
        "  - {template: port-forward, with: {uplink: wan, port: 8080, to: '10.77.0.1:80'}}\n" +
        "  - {template: port-forward, with: {uplink: wan, port: 8081, to: '10.77.0.1:80', from: [203.0.113.9]}}\n",
    });
    expect(reaches(outside, SERVER_ADDRESS, 80)).toBe(true);
    await apply(state, shippedPorts());
    // Outside knows no way back to 10.77.0.0/24 any more, so only masquerading brings answers.
    expect(reaches(outside, SERVER_ADDRESS, 80)).toBe(false);
    ip('-n', outside, 'route', 'del', '10.77.0.0/24');
    expect([
      reaches(inside, '203.0.113.2', 80),
      reaches(outside, '203.0.113.1', 8080),
      reaches(outside, '203.0.113.1', 8081),
    ]).toEqual([true, true, false]);
  });
});
