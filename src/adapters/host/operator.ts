import { userInfo } from 'node:os';
import { LIMITS } from '../../core/limits.ts';

/** Who runs fw, for journal and history: the user behind sudo where there is one. A user without a name goes by the number. */
export function operatorOf(env: Readonly<Record<string, string | undefined>>): string {
  const { SUDO_USER = '' } = env;
  return isName(SUDO_USER) ? SUDO_USER : nameOfUser();
}

/** The variable may hold anything; what no plan file and no journal may hold is no user's name. */
function isName(user: string): boolean {
  return user !== '' && user.length <= LIMITS.planName.most && !/\p{Cc}/u.test(user);
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container or an identity service may run fw as a uid that /etc/passwd does not have.
    return `uid ${process.geteuid?.() ?? 'unknown'}`;
  }
}
