import { hostname } from 'node:os';

/**
 * The name of this machine, for plans, journals and history. sethostname(2) takes any bytes, a line end too, which would end the line that the name is written into and which no plan
 * file may hold: control characters are written as `\x0a`.
 */
export function hostName(name: string = hostname()): string {
  return name.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
