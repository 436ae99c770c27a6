import type { Command } from '@oclif/core';
import Apply from './apply.ts';
import Completion from './completion.ts';
import Confirm from './confirm.ts';
import Counters from './counters.ts';
import Diff from './diff.ts';
import Expand from './expand.ts';
import Fmt from './fmt.ts';
import Import from './import.ts';
import Init from './init.ts';
import Probe from './internal/probe.ts';
import Watchdog from './internal/watchdog.ts';
import Lint from './lint.ts';
import Plan from './plan.ts';
import Blame from './query/blame.ts';
import Drift from './query/drift.ts';
import Graph from './query/graph.ts';
import Help from './query/help.ts';
import History from './query/history.ts';
import Log from './query/log.ts';
import Recover from './recover.ts';
import Rollback from './rollback.ts';
import Show from './show.ts';
import Snapshot from './snapshot.ts';

import StateForget from './state/forget.ts';
import StateList from './state/list.ts';
import StateRename from './state/rename.ts';
import Status from './status.ts';
import TemplateList from './template/list.ts';
import TemplateShow from './template/show.ts';
import Test from './test.ts';
import Trace from './trace.ts';
import Validate from './validate.ts';

/** Every command by its id. oclif asks for this map by name, see `oclif.commands` in package.json. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  apply: Apply,
  blame: Blame,
  completion: Completion,
  confirm: Confirm,
  counters: Counters,
  diff: Diff,
  drift: Drift,
  expand: Expand,
  fmt: Fmt,
  graph: Graph,
  help: Help,
  history: History,
  import: Import,
  init: Init,
  lint: Lint,
  log: Log,
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
  'template:list': TemplateList,
  'template:show': TemplateShow,
  test: Test,
  trace: Trace,
  validate: Validate,
  watchdog: Watchdog,
};
