import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { time } from './measure.mjs';

const saves = (backend) => `iptables-${backend}-save >/dev/null; ip6tables-${backend}-save >/dev/null`;

/**
 * Gives a bar what it needs, network namespaces and a folder, and takes all of it away again, however the bar ends.
 * Names begin with `fwb-`.
 */
export async function withBench(place, work) {
  const folder = mkdtempSync(join(place, 'fwb-'));
  const names = [];
  const clean = () => {
    for (const name of names.splice(0)) spawnSync('ip', ['netns', 'del', name]);
    rmSync(folder, { recursive: true, force: true });
  };
  const leave = () => {
    clean();
    process.exit(130);
  };
  process.on('SIGINT', leave).on('SIGTERM', leave);
  try {
    return await work({ folder, dataDir: join(folder, 'data'), makeNamespace, write });
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
    clean();
  }

  function makeNamespace(label) {
    const name = `fwb-${process.pid}-${label}`;
    names.push(name);
    execFileSync('ip', ['netns', 'add', name]);
    return name;
  }

  /** Writes a file of the bench's folder and returns its path. */
  function write(path, text) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
}

/** Loads rules as iptables-restore does, whole tables. */
export function load(namespace, text, family = 'ipv4', backend = 'nft') {
  const program = `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}-restore`;
  execFileSync('nsenter', [`--net=/run/netns/${namespace}`, program], { input: text });
}

/** Milliseconds of iptables-save and ip6tables-save, one after the other, with one entry into the namespace. */
export function timeSaves(namespace, backend = 'nft') {
  return time('nsenter', [`--net=/run/netns/${namespace}`, 'sh', '-euc', saves(backend)]);
}
