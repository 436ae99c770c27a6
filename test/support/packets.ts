import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect } from 'vitest';
import { inNamespace } from './netns.ts';

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Answers every TCP connection and UDP packet with the address that it came from. */
const SERVER = `
const ports = process.argv.slice(1).map(Number);
let open = ports.length * 2;
const ready = () => --open === 0 && console.log('ready');
for (const port of ports) {
  require('node:net').createServer((socket) => socket.on('error', () => {}).end(socket.remoteAddress.replace('::ffff:', '')))
    .listen(port, '0.0.0.0', ready);
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (_, { address, port }) => socket.send(address, port, address)).bind(port, ready);
}`;

/** Starts a server on TCP and UDP ports of a namespace and waits until it listens. Ended after the test. */
export async function answerOn(namespace: string, ports: readonly number[]): Promise<void> {
  const server = start(namespace, [process.execPath, '-e', SERVER, ...ports.map(String)]);
  if (server.stdout === null) throw new Error('no output');
  await once(server.stdout, 'data');
}

const CLIENT = `
const [protocol, address, port, localAddress, localPort, patience] = process.argv.slice(1);
setTimeout(() => process.exit(1), Number(patience));
const said = (text) => { process.stdout.write(String(text)); process.exit(0); };
const refused = () => process.exit(1);
if (protocol === 'tcp') {
  const options = { host: address, port: Number(port), ...(localAddress === '' ? {} : { localAddress }) };
  require('node:net').connect(options).on('data', said).on('error', refused);
} else {
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', said).on('error', refused);
  socket.bind(Number(localPort), localAddress === '' ? undefined : localAddress, () => socket.send('x', Number(port), address));
}`;

export type Question = {
  readonly address: string;
  readonly port: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly localAddress?: string;
  readonly localPort?: number;
};

/**
 * Asks all at once. `wanted` is whether an answer must come, or the address under which the server must see the question.
 * What must be answered has 3 s; for what must not, 0.3 s are enough to notice.
 */
export async function expectAnswers(
  ...questions: readonly (readonly [namespace: string, question: Question, wanted: boolean | string])[]
): Promise<void> {
  const answers = await Promise.all(
    questions.map(async ([namespace, question, wanted]) => {
      const seen = await ask(namespace, question, wanted === false ? 300 : 3000);
      return typeof wanted === 'string' ? seen : seen !== undefined;
    }),
  );
  expect(answers).toEqual(questions.map(([, , wanted]) => wanted));
}

async function ask(namespace: string, question: Question, patience: number): Promise<string | undefined> {
  const { protocol = 'tcp', address, port, localAddress = '', localPort = 0 } = question;
  const words = [protocol, address, port, localAddress, localPort, patience].map(String);
  const client = start(namespace, [process.execPath, '-e', CLIENT, ...words]);
  let answer = '';
  client.stdout?.on('data', (data) => {
    answer += String(data);
  });
  const [status] = await once(client, 'close');
  return status === 0 ? answer : undefined;
}

/** An echo request is answered, within 3 s, or is not, within 0.3 s. */
export function expectPing(namespace: string, address: string, wanted: boolean): void {
  const words = ['-n', '-q', '-c', '1', '-W', wanted ? '3' : '0.3', address];
  expect(inNamespace(namespace, 'ping', words).status === 0).toBe(wanted);
}

export type Stream = { readonly end: () => Promise<{ readonly sent: number; readonly received: number }> };

/** Sends echo requests without a pause, one every 5 ms, until `end`, which counts them. Starts with the first one sent. */
export async function pingAlways(namespace: string, address: string, from: string): Promise<Stream> {
  const child = start(namespace, ['ping', '-n', '-O', '-i', '0.005', '-W', '0.5', '-I', from, address]);
  let output = '';
  child.stdout?.on('data', (data) => {
    output += String(data);
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  const end = async () => {
    child.kill('SIGINT');
    await once(child, 'close');
    const [, sent = '', received = ''] = /(\d+) packets transmitted, (\d+) received/.exec(output) ?? [];
    return { sent: Number(sent), received: Number(received) };
  };
  return { end };
}

/** Runs `ip`; throws when it fails. */
export function ip(words: string): void {
  execFileSync('ip', words.split(' '));
}

function start(namespace: string, words: readonly string[]): ChildProcess {
  const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  return child;
}
