import { userInfo } from 'node:os';

/** Who runs fw, for journal and history: the user behind sudo where there is one. A user without a name goes by the number. */
export function operatorOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.SUDO_USER ?? nameOfUser();
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container or an identity service may run fw as a uid that /etc/passwd does not have.
    return `uid ${process.geteuid?.() ?? 'unknown'}`;
  }
}
