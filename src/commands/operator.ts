import { userInfo } from 'node:os';

/** Who runs fw, for journal and history: the user behind sudo where there is one. */
export function operatorOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.SUDO_USER ?? userInfo().username;
}
