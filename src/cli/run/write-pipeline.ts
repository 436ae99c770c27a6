import type { RunResult } from '../../core/report/stream/result-event.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { wireAppend } from '../../main/wire.ts';
import { code } from '../../ui/formats/markdown/markdown-text.ts';
import { printGithubOutput } from '../../ui/formats/print-github-output.ts';
import { printMarkdown } from '../../ui/formats/print-markdown.ts';
import { warn } from '../output/warn.ts';

// GitHub takes a mebibyte for a step, which other programs of the step share.
const BUDGET = 500_000;

/** Outputs and summary of a GitHub job, where the environment names files for them. Unset the variables to have none. */
export async function writePipeline(
  env: Readonly<Record<string, string | undefined>>,
  report: PlanReport | undefined,
  result: RunResult,
): Promise<void> {
  await append(env.GITHUB_OUTPUT, 'GITHUB_OUTPUT', () => printGithubOutput(result));
  await append(env.GITHUB_STEP_SUMMARY, 'GITHUB_STEP_SUMMARY', () => {
    const plan = report === undefined ? '' : `${printMarkdown(report, { budget: BUDGET })}\n`;
    return `${plan}${ending(result)}\n`;
  });
}

function ending({ exitCode, firewall, error }: RunResult): string {
  const failed = error === undefined ? '' : `**${error.code}**: ${code(error.message, 2_000)}\n\n`;
  return `${failed}Exit ${exitCode}. Firewall: ${firewall}.\n`;
}

async function append(path: string | undefined, variable: string, print: () => string): Promise<void> {
  if (path === undefined || path === '') return;
  try {
    await wireAppend(path, print());
  } catch (error) {
    warn(`the file of ${variable} is not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
