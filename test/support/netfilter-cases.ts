import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAMILIES, type Family } from '../../src/core/rules/types.ts';

/** Unpacked by scripts/setup from the source package of iptables. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/netfilter-suite/', import.meta.url));

/** One rule of one family in one chain. */
export type SuiteRun = {
  readonly file: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly rule: string;
  /** What the suite expects; what iptables does here may be another thing. */
  readonly expected: 'OK' | 'FAIL';
};

/** Rules of one family that others of the file need, such as the estimator of a match. */
export type Needed = Pick<SuiteRun, 'family' | 'table' | 'chain' | 'rule'>;

export type SuiteFile = {
  readonly file: string;
  readonly runs: readonly SuiteRun[];
  readonly needed: readonly Needed[];
  /** Names of accounting objects that its rules need. */
  readonly objects: readonly string[];
};

/** All files of the suite about IPv4 and IPv6. */
export function readSuite(): readonly SuiteFile[] {
  return readdirSync(FOLDER)
    .filter((name) => /^lib(xt|ipt|ip6t)_.*\.t$/.test(name))
    .sort()
    .map((file) => readFile(file, readFileSync(`${FOLDER}${file}`, 'utf8')));
}

function readFile(file: string, text: string): SuiteFile {
  const families = FAMILIES.filter((family) => !file.startsWith(family === 'ipv4' ? 'libip6t_' : 'libipt_'));
  const runs: SuiteRun[] = [];
  const needed: Needed[] = [];
  const objects: string[] = [];
  let table = 'filter';
  let chains: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [rule = '', , result = ''] = line.split(';');
    if (line.startsWith(':')) chains = line.slice(1).split(',');
    else if (line.startsWith('*')) table = line.slice(1).trim();
    else if (line.startsWith('@nfacct add ')) objects.push(line.slice('@nfacct add '.length).trim());
    else if (/^%iptables -I /.test(line)) {
      const [, chain = '', rule = ''] = /^%iptables -I (\S+) (.*)$/.exec(line) ?? [];
      for (const family of families) needed.push({ family, table, chain, rule });
    } else if (line !== '' && !/^[#@%]/.test(line)) {
      const expected = result === 'OK' ? 'OK' : 'FAIL';
      for (const chain of chains)
        for (const family of families) runs.push({ file, family, table, chain, rule, expected });
    }
  }
  return { file, runs, needed, objects };
}
