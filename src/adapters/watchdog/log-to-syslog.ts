import { run } from '../process/exec.ts';

/** A line for the log of the system, by logger(1), which writes to /dev/log or to the journal of systemd. Where there is none, the line is lost. */
export async function logToSyslog(words: string): Promise<void> {
  await run('logger', ['--tag', 'fw', '--priority', 'daemon.warning', '--', words], { timeoutMs: 5_000 });
}
