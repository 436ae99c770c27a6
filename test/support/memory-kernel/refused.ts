import type { Backend, Family } from '../../../src/core/rules/types.ts';
import type { Ran } from '../../../src/ports/ports.ts';

/**
 * `usage`: the program does not understand the line. `failed`: the program finds that it cannot be done. `kernel`: the kernel refuses it, of which
 * the legacy backend only tells the line of COMMIT.
 */
export type RefusalKind = 'usage' | 'failed' | 'kernel';

/** A restore that is refused as the real one refuses it. */
export class Refused extends Error {
  readonly kind: RefusalKind;
  readonly line: number;

  constructor(kind: RefusalKind, line: number, words: string) {
    super(words);
    this.kind = kind;
    this.line = line;
  }
}

/** What the memory kernel does not know how the real one would answer. A test that meets it must be written in another way, or the model extended. */
export class Unmodelled extends Error {
  constructor(what: string) {
    super(`the memory kernel does not model this: ${what}`);
  }
}

export const DONE: Ran = { exitCode: 0, stdout: '', stderr: '' };

/** The words and the exit code with which iptables-restore 1.8.9 ends. */
export function ranRefused({ kind, line, message }: Refused, backend: Backend, family: Family): Ran {
  const iptables = family === 'ipv4' ? 'iptables' : 'ip6tables';
  const program = backend === 'nft' ? `${iptables}-nft-restore` : `${iptables}-restore`;
  const version = `${program} v1.8.9 (${backend === 'nft' ? 'nf_tables' : 'legacy'}): `;
  switch (kind) {
    case 'usage': {
      const help = `Try \`${program} -h' or '${program} --help' for more information.`;
      return { exitCode: 2, stdout: '', stderr: `${version}${message}\nError occurred at line: ${line}\n${help}\n` };
    }
    case 'failed': {
      const words = backend === 'nft' ? `: ${message}.` : '';
      return { exitCode: 1, stdout: '', stderr: `${program}: line ${line} failed${words}\n` };
    }
    case 'kernel':
      return backend === 'nft'
        ? { exitCode: 4, stdout: '', stderr: `${version}\nline ${line}: ${message}\n` }
        : { exitCode: 1, stdout: '', stderr: `${program}: line ${line} failed\n` };
    default:
      return kind satisfies never;
  }
}
