import type { Command } from '@oclif/core';
import Apply from './apply.ts';
import Blame from './blame.ts';
import Completion from './completion.ts';
import Confirm from './confirm.ts';
import Diff from './diff.ts';
import Drift from './drift.ts';
import Fmt from './fmt.ts';
import History from './history.ts';
import Import from './import.ts';
import Init from './init.ts';
import Lint from './lint.ts';
import Plan from './plan.ts';
import Probe from './probe.ts';
import Recover from './recover.ts';
import Rollback from './rollback.ts';
import Show from './show.ts';
import Snapshot from './snapshot.ts';
import StateForget from './state/forget.ts';
import StateList from './state/list.ts';
import StateRename from './state/rename.ts';
import Status from './status.ts';
import Test from './test.ts';
import Trace from './trace.ts';
import Validate from './validate.ts';
import Watchdog from './watchdog.ts';

/** Every command by its id. oclif asks for this map by name, see `oclif.commands` in package.json. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  apply: Apply,
  blame: Blame,
  completion: Completion,
  confirm: Confirm,
  diff: Diff,
  drift: Drift,
  fmt: Fmt,
  history: History,
  import: Import,
  init: Init,
  lint: Lint,
  plan: Plan,
  probe: Probe,
  recover: Recover,
  rollback: Rollback,
  show: Show,
  snapshot: Snapshot,
  'state:forget': StateForget,
  'state:list': StateList,
  'state:rename': StateRename,
  status: Status,
  test: Test,
  trace: Trace,
  validate: Validate,
  watchdog: Watchdog,
};
