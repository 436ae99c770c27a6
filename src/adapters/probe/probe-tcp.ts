import { connect } from 'node:net';
import type { Probe } from '../../core/desired/types.ts';
import { printMilliseconds } from '../../core/text/print-milliseconds.ts';
import type { Answer } from '../../ports/ports.ts';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'no answer',
  EPERM: 'not permitted',
  EACCES: 'not permitted',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
};

/** Opens a connection and closes it: passes when it was accepted in time. Nothing is sent and nothing is read. */
export function probeTcp(probe: Extract<Probe, { kind: 'tcp' }>, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    // A name with addresses of both families: no address may use up the time of the others.
    const autoSelectFamilyAttemptTimeout = Math.max(10, Math.floor(timeoutMs / 2));
    const socket = connect({ host: probe.host, port: probe.port, autoSelectFamilyAttemptTimeout });
    const end = (passed: boolean, words: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ passed, words, output: '' });
    };
    const timer = setTimeout(() => end(false, `no answer within ${printMilliseconds(timeoutMs)}`), timeoutMs);
    socket.once('connect', () => end(true, 'connected'));
    socket.on('error', (error) => end(false, explainNetError(error)));
  });
}

/** Why a connection failed, in a few words. */
export function explainNetError(error: NodeJS.ErrnoException): string {
  const { code = '', message } = error;
  if (code.startsWith('HPE_')) return 'what answered does not speak HTTP';
  return WORDS[code] ?? ([message, code].filter((word) => word !== '').join(', ') || 'failed');
}
