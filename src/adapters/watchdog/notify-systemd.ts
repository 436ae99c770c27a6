import { run } from '../process/exec.ts';

/** `READY=1` to the service manager that set NOTIFY_SOCKET (sd_notify(3)). */
export async function notifySystemd(): Promise<void> {
  await run('systemd-notify', ['--ready'], { env: { NOTIFY_SOCKET: process.env.NOTIFY_SOCKET ?? '' } });
}
