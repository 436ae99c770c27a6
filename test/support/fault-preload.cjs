// Loaded into the built fw with `node --require`: counts its effects (programs started, writes, fsyncs, renames, removals) and lets the nth
// one go wrong. FW_FAULT is `MODE:N`, FW_FAULT_LOG a file that gets a line for every effect, the one that was hit with a `!` in front.
// `harm` runs FW_FAULT_HARM with the folder FW_FAULT_DATA, `harm-kill` kills fw as well, `lose-watchdog` kills its watchdog.
// FW_FAULT_MATCH takes the first effect that matches it instead. `pause` holds a program up; FW_FAULT_PIPES is the folder of its two pipes.
// The watchdog is started without this file, so it is whole.
const childProcess = require('node:child_process');
const fs = require('node:fs');
const promises = require('node:fs/promises');

const [mode, text] = (process.env.FW_FAULT ?? 'none:0').split(':');
const at = Number(text);
const log = process.env.FW_FAULT_LOG;
const match = process.env.FW_FAULT_MATCH;
let isDone = false;
let count = 0;
let watchdog;

/** True for the effect that is to go wrong. */
function isHit(label) {
  count += 1;
  const hit = match === undefined ? count === at : !isDone && new RegExp(match).test(label);
  isDone ||= hit;
  fs.appendFileSync(log, `${hit ? '!' : ''}${label.replaceAll('\n', ' ')}\n`);
  return hit;
}

function die() {
  if (mode.endsWith('-all') && watchdog !== undefined) process.kill(watchdog, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing of fw may run before it arrives.
  for (;;);
}

/** A killed process keeps its locks until it is gone, which on a busy machine is later; it is gone when it is a zombie (proc_pid_stat(5)). */
function killAndWait(pid) {
  process.kill(pid, 'SIGKILL');
  for (;;) {
    try {
      if (/\) [ZX] /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
  }
}

/** Something happens to the data folder, or to the watchdog, and fw goes on, or is killed in the same moment. */
function harm() {
  if (mode === 'lose-watchdog') {
    if (watchdog !== undefined) killAndWait(watchdog);
    return;
  }
  childProcess.spawnSync('sh', ['-c', process.env.FW_FAULT_HARM, 'sh', process.env.FW_FAULT_DATA]);
  if (mode === 'harm-kill') die();
}
const isHarm = /^(harm|lose-watchdog)/.test(mode);

/** The program has begun, says so, and waits for a word before it does anything. */
const PAUSED = 'echo reached > "$0/reached"; read -r _ < "$0/resume"; exec "$@"';

const spawn = childProcess.spawn;
childProcess.spawn = (file, args, options) => {
  const hit = isHit(`spawn ${[file, ...args].join(' ')}`);
  const start = () => {
    const child = spawn(file, args, options);
    if (args.includes('watchdog')) watchdog = child.pid;
    return child;
  };
  if (hit && isHarm) harm();
  if (!hit || isHarm) return start();
  if (mode === 'fail') return spawn('false', [], options);
  // The watchdog is started as /proc/self/exe, which would be the shell here.
  const program = file.replace('/proc/self/exe', process.execPath);
  if (mode === 'fail-after') return spawn('sh', ['-c', '"$@"; exit 4', 'sh', program, ...args], options);
  if (mode === 'hang') return spawn('sleep', ['infinity'], options);
  if (mode === 'pause') return spawn('sh', ['-c', PAUSED, process.env.FW_FAULT_PIPES, program, ...args], options);
  if (mode.startsWith('kill-before')) die();
  const child = start();
  // The program lives on and does its work, without the fw that started it.
  if (mode.startsWith('kill-during')) setImmediate(die);
  if (mode.startsWith('kill-after')) child.on('exit', die);
  return child;
};

function wrap(owner, name, label, half) {
  const real = owner[name];
  owner[name] = async function (...args) {
    const hit = isHit(label(this, args));
    if (hit && isHarm) harm();
    if (!hit || isHarm) return real.apply(this, args);
    // A disk that never answers; the process may still end.
    if (mode === 'hang') return new Promise(() => {});
    if (mode === 'fail') throw Object.assign(new Error(`${name}: no space left`), { code: 'ENOSPC' });
    if (mode.startsWith('kill-before')) die();
    if (mode.startsWith('kill-during') && half !== undefined) await half.apply(this, args);
    else await real.apply(this, args);
    if (mode === 'fail-after') throw Object.assign(new Error(`${name}: input/output error`), { code: 'EIO' });
    return die();
  };
}

/** FileHandle's prototype is reachable only through a handle; wrapped before the first one is handed out. */
const open = promises.open;
let isWrapped = false;
promises.open = async (...args) => {
  const file = await open(...args);
  if (!isWrapped) {
    isWrapped = true;
    const prototype = Object.getPrototypeOf(file);
    const { writeFile } = prototype;
    wrap(
      prototype,
      'writeFile',
      (_, [data]) => `write ${String(data).trim().slice(0, 40)}`,
      function (data) {
        return writeFile.call(this, String(data).slice(0, String(data).length / 2));
      },
    );
    wrap(prototype, 'sync', () => 'fsync');
  }
  return file;
};
for (const name of ['rename', 'unlink', 'mkdir']) wrap(promises, name, (_, [path]) => `${name} ${path}`);
