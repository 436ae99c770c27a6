import { emptyState } from './check-empty.ts';
import { exposure } from './check-exposure.ts';
import { failingTests } from './check-failing-tests.ts';
import { foreignRemoval } from './check-foreign-removal.ts';
import { lockout } from './check-lockout.ts';
import { massRemoval } from './check-mass-removal.ts';
import { removalInUse } from './check-removal-in-use.ts';
import { unrehearsed } from './check-unrehearsed.ts';

/** Every guard, in the order in which their findings are shown. A new one is a row here and a file of its own, check-*.ts, which has its id, flag and text. */
export const GUARDS = [
  emptyState,
  lockout,
  massRemoval,
  removalInUse,
  foreignRemoval,
  unrehearsed,
  exposure,
  failingTests,
] as const;
