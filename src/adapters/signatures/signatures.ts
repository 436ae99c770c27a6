import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Signer } from '../../core/transitions/transitions.ts';
import type { Ran, Signatures } from '../../ports/ports.ts';
import { openBounded } from '../documents/open-bounded.ts';
import { forCallerIn } from '../host/sudo-caller.ts';
import { run } from '../process/exec.ts';
import { openStateTrust } from '../state-files/state-trust.ts';
import { replaceSynced } from '../store/write-synced.ts';

const LARGEST_SIGNATURE = LIMITS.signature.most;

const LARGEST_SIGNERS = LIMITS.signers.most;

/** A file that another program gets as one of its descriptors. */
type OpenFile = { readonly fd: number; close(): Promise<void> };

/** A signature for something else, such as a commit, is none for a plan. */
const NAMESPACE = ['-n', 'fw-plan'];
/** Names of one key that are tried. */
const MOST_NAMES = 16;

// ssh-keygen gets open files, not paths: what was looked at is what it reads, and it never waits for a pipe.
const SIGNATURE = ['-s', '/proc/self/fd/3'];
const SIGNERS = ['-f', '/proc/self/fd/4'];

export const signatures: Signatures = {
  isBeside: isSigned,
  sign: async (bytes, key) => {
    const agent = process.env.SSH_AUTH_SOCK;
    const env = agent === undefined ? {} : { SSH_AUTH_SOCK: agent };
    const ran = await run('ssh-keygen', ['-Y', 'sign', ...NAMESPACE, '-f', key], { input: bytes, env });
    if (ran.exitCode === 0 && ran.stdout.startsWith('-----BEGIN SSH SIGNATURE-----')) return ran.stdout;
    throw new FwError('signature.unmade', `the plan cannot be signed with ${key}; nothing was written`, {
      output: ran.stderr,
    });
  },
  check: async (path, bytes) => {
    const signature = await openSignature(path);
    try {
      return await checkSignature(path, bytes, signature);
    } finally {
      await signature.close();
    }
  },
  verify: async (path, bytes, allowedSigners) => {
    const signers = await openSigners(allowedSigners);
    try {
      const signature = await openSignature(path);
      try {
        const key = await checkSignature(path, bytes, signature);
        return { principal: await findPrincipal(path, bytes, { signature, signers, key }), key };
      } finally {
        await signature.close();
      }
    } finally {
      await signers.close();
    }
  },
  write: writeSignature,
};

type Files = { readonly signature: OpenFile; readonly signers: OpenFile; readonly key: string };

/** The key that made the signature of exactly these bytes. */
async function checkSignature(path: string, bytes: Uint8Array, signature: OpenFile): Promise<string> {
  const ran = await run('ssh-keygen', ['-Y', 'check-novalidate', ...NAMESPACE, ...SIGNATURE], {
    input: bytes,
    descriptors: [signature.fd],
  });
  const [, type, digest] = / with (\S+) key (SHA256:\S+)/.exec(ran.stdout) ?? [];
  if (ran.exitCode === 0 && type !== undefined && digest !== undefined) return `${type} ${digest}`;
  if (ran.problem !== undefined) throw unchecked(path, ran);
  throw new FwError(
    'signature.invalid',
    `${path}.sig is no signature of ${path}: the plan was altered, or something else was signed`,
    {
      output: ran.stderr,
    },
  );
}

/** The name that the allowed-signers file has for the key, for plans and at this time. */
async function findPrincipal(
  path: string,
  bytes: Uint8Array,
  { signature, signers, key }: Files,
): Promise<Signer['principal']> {
  const descriptors = [signature.fd, signers.fd];
  const found = await run('ssh-keygen', ['-Y', 'find-principals', ...SIGNATURE, ...SIGNERS], { descriptors });
  if (found.problem !== undefined) throw unchecked(path, found);
  let last = found;
  for (const name of found.exitCode === 0 ? found.stdout.split('\n').filter(Boolean).slice(0, MOST_NAMES) : []) {
    last = await run('ssh-keygen', ['-Y', 'verify', ...NAMESPACE, ...SIGNATURE, ...SIGNERS, '-I', name], {
      input: bytes,
      descriptors,
    });
    if (last.problem !== undefined) throw unchecked(path, last);
    if (last.exitCode === 0) return name;
  }
  throw refused(path, key, last);
}

function refused(path: string, key: string, { stderr }: Ran): FwError {
  const output = stderr.replaceAll('/proc/self/fd/4', 'allowed signers').replaceAll('\r', '');
  if (/key has expired|key is not yet valid/.test(stderr)) {
    return new FwError('signature.expired', `${path} is signed with a key that is not valid now: ${key}`, { output });
  }
  return new FwError('signature.unknown', `${path} is signed by nobody who may sign plans: ${key}`, { output });
}

function unchecked(path: string, { stderr }: Ran): FwError {
  return new FwError('signature.unchecked', `the signature of ${path} cannot be checked`, { output: stderr });
}

/** Whether there is a signature beside a plan. */
function isSigned(path: string): Promise<boolean> {
  return stat(`${path}.sig`).then(
    () => true,
    () => false,
  );
}

function writeSignature(path: string, signature: string): Promise<void> {
  return replaceSynced(`${path}.sig`, signature, forCallerIn(dirname(path)));
}

async function openSignature(path: string): Promise<OpenFile> {
  try {
    return await openBounded(`${path}.sig`, LARGEST_SIGNATURE);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new FwError('signature.missing', `${path} is not signed: there is no ${path}.sig`, { cause });
    throw new FwError('signature.unchecked', `${path}.sig cannot be read`, { output: message, cause });
  }
}

/** Who may sign. A user who may write this file decides who may sign, so `--allow-untrusted-state` does not cover it. */
async function openSigners(path: string): Promise<OpenFile> {
  try {
    return await openBounded(openStateTrust({ allowUntrusted: false }).lookAt(path), LARGEST_SIGNERS);
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    throw new FwError('signature.unchecked', `the allowed signers ${path} cannot be read`, {
      output: (cause as Error).message,
      next: 'Name the file with --require-signature.',
      cause,
    });
  }
}
