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

/** Why a connection failed, in a few words. */
export function explainNetError(error: NodeJS.ErrnoException): string {
  const { code = '', message } = error;
  if (code.startsWith('HPE_')) return 'what answered does not speak HTTP';
  return WORDS[code] ?? ([message, code].filter((word) => word !== '').join(', ') || 'failed');
}
