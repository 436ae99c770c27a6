import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';

/** What must come has so long. */
const ALIVE_MS = 30_000;
/** What a rule stops is told by waiting; a segment that is lost is sent again after 0.2 s. */
const DEAD_MS = 300;

/**
 * Listens on the ports given, then answers lines: `open HOST PORT` connects and makes the next connection, `say N WORD` sends on connection N. Each connection is printed when it is
 * there (`open N PORT`), with what comes (`got N WORD`) and when it is over (`over N`).
 */
const TALKER = `const net = require('node:net');
const all = [];
const print = (...words) => console.log(words.join(' '));
const take = (socket, port) => {
  const n = all.push(socket) - 1;
  socket.setNoDelay(true);
  socket.on('data', (data) => print('got', n, data));
  socket.on('error', () => {});
  socket.on('close', () => print('over', n));
  print('open', n, port);
};
const ports = process.argv.slice(1).map(Number);
let left = ports.length;
const ready = () => { if (left === 0) print('ready'); };
for (const port of ports) net.createServer((socket) => take(socket, port)).listen(port, '::', () => { left -= 1; ready(); });
ready();
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [what, one, two] = line.split(' ');
  if (what === 'say') all[Number(one)].write(two);
  else { const socket = net.connect({ host: one, port: Number(two) }, () => take(socket, two)); socket.on('error', () => {}); }
});`;

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** One end of a connection. */
export type End = {
  /** Sends a word of its own; resolves to it. */
  say(): string;
  /** Whether that word comes, or a reset ends the connection first. */
  hears(word: string, patience?: number): Promise<boolean>;
  isOver(): boolean;
};

export type Talker = {
  /** Connects to a port of the other talker; resolves to both ends. */
  connect(to: Talker, host: string, port: number): Promise<readonly [End, End]>;
  readonly lines: readonly string[];
  send(line: string): void;
  until(isIt: (line: string) => boolean, patience?: number, from?: number): Promise<string | undefined>;
};

let words = 0;

/** Starts a program in a namespace that listens on ports, connects and talks. */
export async function startTalker(namespace: string, ports: readonly number[] = []): Promise<Talker> {
  const child = spawn(
    'nsenter',
    [`--net=/run/netns/${namespace}`, '--', process.execPath, '-e', TALKER, ...ports.map(String)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  running.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const until: Talker['until'] = (isIt, patience = ALIVE_MS, from = 0) =>
    new Promise((resolve) => {
      const done = (line: string | undefined) => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve(line);
      };
      const look = () => {
        const found = lines.slice(from).find(isIt);
        if (found !== undefined) done(found);
      };
      const timer = setTimeout(() => done(undefined), patience);
      waiting.add(look);
      look();
    });
  const talker: Talker = {
    lines,
    until,
    send: (line) => void child.stdin.write(`${line}\n`),
    connect: async (to, host, port) => {
      const [mine, theirs] = [lines.length, to.lines.length];
      talker.send(`open ${host} ${port}`);
      const opened = await Promise.all([
        until((line) => line.startsWith('open '), ALIVE_MS, mine),
        to.until((line) => line.startsWith('open '), ALIVE_MS, theirs),
      ]);
      const [client, server] = opened.map((line) => line?.split(' ')[1]);
      if (client === undefined || server === undefined) throw new Error(`no connection to ${host} port ${port}`);
      return [endOf(talker, client), endOf(to, server)];
    },
  };
  if ((await until((line) => line === 'ready')) === undefined) throw new Error('the talker did not start');
  return talker;
}

function endOf(talker: Talker, number: string): End {
  return {
    say: () => {
      words += 1;
      const word = `w${words}.`;
      talker.send(`say ${number} ${word}`);
      return word;
    },
    hears: async (word, patience = ALIVE_MS) => {
      const isIt = (line: string) => line.startsWith(`got ${number} `) && line.includes(word);
      return (await talker.until(isIt, patience)) !== undefined;
    },
    isOver: () => talker.lines.includes(`over ${number}`),
  };
}

/** Whether what each side says gets to the other. */
export async function talk([one, other]: readonly [End, End]): Promise<boolean> {
  const [mine, theirs] = [one.say(), other.say()];
  return (await Promise.all([other.hears(mine), one.hears(theirs)])).every(Boolean);
}

/** Whether nothing of what each side says gets to the other. */
export async function isSilent([one, other]: readonly [End, End]): Promise<boolean> {
  if (one.isOver() && other.isOver()) return true;
  const [mine, theirs] = [one.say(), other.say()];
  return !(await Promise.all([other.hears(mine, DEAD_MS), one.hears(theirs, DEAD_MS)])).some(Boolean);
}
