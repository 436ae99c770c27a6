import type { Applied } from '../../app/apply/apply.ts';
import { countedConnections } from '../../app/connections/counted-connections.ts';
import type { MadePlan } from '../../app/plan/make-plan.ts';
import { reportMade } from '../../app/plan/report-made.ts';
import { approvalOf } from '../../core/approval/approval-of.ts';
import type { ConnectionWish } from '../../core/connections/wish.ts';
import type { FwError } from '../../core/diagnostics/errors.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { LIMITS } from '../../core/limits.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { MetricFacts } from '../../core/report/metrics/metrics-of.ts';
import { appliedEvents } from '../../core/report/stream/applied-events.ts';
import { planEvents } from '../../core/report/stream/plan-events.ts';
import { errorEvents, type RunResult, resultEvent } from '../../core/report/stream/result-event.ts';
import { summaryOf } from '../../core/report/summary-of.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { wholeTransition } from '../../core/transitions/transitions.ts';
import type { Reporter } from '../../ports/ports.ts';
import { code } from '../../ui/formats/markdown/markdown-text.ts';
import { printGithubOutput } from '../../ui/formats/print-github-output.ts';
import { printMarkdown } from '../../ui/formats/print-markdown.ts';
import { adviceInFolder, inFolder } from '../../ui/text/in-folder.ts';
import type { TrafficDetail } from '../../ui/traffic/print-traffic.ts';
import { wire, wireAppend, wireHost, wireOperator } from '../../wire/wire.ts';
import { warn } from '../output/warn.ts';
import { openStream } from './open-stream.ts';
import { toFwError } from './to-fw-error.ts';
import { noteApplied, writtenState } from './with-screen.ts';
import { writeMetrics } from './write-metrics.ts';

export type OutputFlags = {
  readonly json: boolean;
  readonly 'json-out': string | undefined;
  readonly metrics: string | undefined;
  readonly 'data-dir': string;
  readonly traffic: TrafficDetail;
  readonly connections?: ConnectionWish | undefined;
  /** The state, for commands that are about one. */
  readonly state?: string | undefined;
  readonly 'state-name'?: string | undefined;
};

/** What a run tells programs, besides what it shows. */
type Outputs = {
  listen(report: Reporter): Reporter;
  /** The plan that the run is about; emitted again when live rules moved and it is made anew. */
  planned(made: MadePlan, findings: readonly Finding[], state: string): Promise<void>;
  applied(applied: Applied, state: string): Promise<void>;
};

/**
 * Runs a command that plans or applies, and writes whatever was asked for by flags or by the pipeline it runs in: the stream, metrics, outputs
 * and summary of a job. All of it also when the run fails; none of it changes how the run ends.
 */
export async function withOutputs(
  run: { readonly operation: 'plan' | 'apply'; readonly id: string | undefined; readonly fwVersion: string },
  flags: OutputFlags,
  work: (outputs: Outputs) => Promise<number>,
): Promise<number> {
  const { operation, fwVersion } = run;
  const started = performance.now();
  const withTraffic = flags.traffic !== 'none';
  const ports = wire({ dataDir: flags['data-dir'], report: () => {} });
  const stream = openStream({ json: flags.json, file: flags['json-out'], fwVersion });
  let report: PlanReport | undefined;
  let applied: Applied | undefined;
  let states: readonly string[] | undefined = flags['state-name'] === undefined ? undefined : [flags['state-name']];
  const outputs: Outputs = {
    listen: stream.listen,
    planned: async (made, findings, state) => {
      if (!stream.isOpen && !isInPipeline() && flags.metrics === undefined) return;
      states = made.about().applied;
      const facts = { findings, fwVersion, host: wireHost(), operator: wireOperator(), state, withTraffic };
      const counted = withTraffic ? await countedConnections(ports, made, flags.connections) : undefined;
      report = await reportMade(ports, made, { ...facts, counted });
      if (stream.isOpen) for (const event of planEvents(report, operation)) stream.send(event);
    },
    applied: async (done, state) => {
      noteApplied();
      if (report === undefined) await outputs.planned(done.made, [], state);
      applied = done;
      for (const event of stream.isOpen ? appliedEvents(done.made.plan, done) : []) stream.send(event);
    },
  };
  const finish = async (result: RunResult) => {
    stream.close();
    await writePipeline(process.env, report, result);
    const seconds = (performance.now() - started) / 1000;
    const facts = metricFacts(run, report, result, seconds);
    await writeMetrics(ports, flags.metrics, states === undefined ? facts : { ...facts, states }, flags.state);
  };
  try {
    const exitCode = await work(outputs);
    const result = resultOf(operation, report, applied, exitCode);
    stream.send(resultEvent(result));
    await finish(result);
    return exitCode;
  } catch (thrown) {
    const error = toFwError(thrown, run.id, writtenState());
    const next = adviceInFolder(error.next, inFolder(ports.fullPath(flags['data-dir'])));
    for (const event of errorEvents(error, next)) stream.sendToFile(event);
    await finish(failedResult(report, error));
    throw thrown;
  }
}

function isInPipeline(): boolean {
  return (process.env.GITHUB_OUTPUT ?? process.env.GITHUB_STEP_SUMMARY ?? '') !== '';
}

function resultOf(
  operation: 'plan' | 'apply',
  report: PlanReport | undefined,
  applied: Applied | undefined,
  exitCode: number,
): RunResult {
  const changed = report !== undefined && hasChanges(report.plan);
  return {
    exitCode,
    changed,
    firewall: operation === 'apply' && changed ? 'applied and verified' : 'unchanged',
    ...planFields(report),
    ...(applied?.generation === undefined ? {} : { generation: applied.generation }),
    ...(applied?.pending === undefined ? {} : { pending: applied.pending }),
  };
}

function failedResult(report: PlanReport | undefined, error: FwError): RunResult {
  const { code, message, next, output, firewall, exit } = error;
  return {
    exitCode: exit,
    changed: false,
    firewall,
    ...planFields(report),
    error: { code, message, next, said: output ?? null },
  };
}

function planFields(report: PlanReport | undefined): Pick<RunResult, 'summary' | 'transition' | 'approval' | 'class'> {
  if (report === undefined) return {};
  const transition = wholeTransition(report.transitions);
  const approval = approvalOf(report);
  const found = report.judge();
  return {
    summary: summaryOf(report.plan),
    ...(transition === undefined ? {} : { transition }),
    ...(approval === undefined ? {} : { approval }),
    ...(found === null ? {} : { class: found.class }),
  };
}

/** After an apply that went well nothing differs any more; after one that failed everything still does. */
function metricFacts(
  run: { readonly operation: 'plan' | 'apply'; readonly fwVersion: string },
  report: PlanReport | undefined,
  result: RunResult,
  seconds: number,
): MetricFacts {
  const isDone = run.operation === 'apply' && result.error === undefined;
  const compared =
    report === undefined
      ? {}
      : { differences: isDone ? { ...report.plan, steps: [] } : report.plan, foreign: report.plan.foreign };
  return {
    version: run.fwVersion,
    ...compared,
    ...(run.operation === 'apply' ? { apply: { success: isDone, at: Math.floor(Date.now() / 1000), seconds } } : {}),
  };
}

/** Outputs and summary of a GitHub job, where the environment names files for them. Unset the variables to have none. */
async function writePipeline(
  env: Readonly<Record<string, string | undefined>>,
  report: PlanReport | undefined,
  result: RunResult,
): Promise<void> {
  await append(env.GITHUB_OUTPUT, 'GITHUB_OUTPUT', () => printGithubOutput(result));
  await append(env.GITHUB_STEP_SUMMARY, 'GITHUB_STEP_SUMMARY', () => {
    const plan = report === undefined ? '' : `${printMarkdown(report, { budget: LIMITS.githubSummary.most })}\n`;
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
