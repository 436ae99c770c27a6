import type { Command } from '@oclif/core';
import Apply from './apply.ts';
import Plan from './plan.ts';
import Recover from './recover.ts';
import Validate from './validate.ts';

/** Every command by its id. oclif asks for this map by name, see `oclif.commands` in package.json. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  apply: Apply,
  plan: Plan,
  recover: Recover,
  validate: Validate,
};
