import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Probe } from '../../core/desired/types.ts';
import { printMilliseconds } from '../../core/text/print-milliseconds.ts';
import type { Answer } from '../../ports/ports.ts';
import { explainNetError } from './probe-tcp.ts';

/**
 * One GET: passes by the status of the answer. Redirects are not followed, the body is not read, headers are limited by Node (16 KiB),
 * a certificate must be valid for the host of the URL.
 */
export function probeHttp(probe: Extract<Probe, { kind: 'http' }>, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const url = new URL(probe.url);
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { 'user-agent': 'fw', connection: 'close' };
    // Handed on to the socket, which the types of Node 20 do not say. See probe-tcp.ts.
    const family = { autoSelectFamilyAttemptTimeout: Math.max(10, Math.floor(timeoutMs / 2)) };
    const request = open(url, { ...family, agent: false, headers });
    const end = (passed: boolean, words: string) => {
      clearTimeout(timer);
      request.destroy();
      resolve({ passed, words, output: '' });
    };
    const timer = setTimeout(() => end(false, `no answer within ${printMilliseconds(timeoutMs)}`), timeoutMs);
    request.once('response', ({ statusCode = 0 }) => end(isWanted(statusCode, probe.status), `status ${statusCode}`));
    request.on('error', (error) => end(false, explainNetError(error)));
    request.end();
  });
}

function isWanted(status: number, wanted: number | undefined): boolean {
  return wanted === undefined ? status >= 200 && status < 300 : status === wanted;
}
