import { expect, test } from 'vitest';
import { rehearse } from '../../../../src/app/apply/rehearse.ts';
import { tableSteps } from '../../../../src/core/plan/in-order.ts';
import type { Kernel, Ran } from '../../../../src/ports/ports.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { planState, STATE } from '../../../support/memory-ports/run-fw.ts';

/** Namespaces that hold a rule of their own each, and get the same one more. */
function makeHost(names: readonly string[]): MemoryHost {
  const host = new MemoryHost();
  host.files.set(`${STATE}/a.yaml`, `namespace: [${names}]\ntables: {filter: {INPUT: [-j ACCEPT]}}\n`);
  for (const [index, name] of names.entries()) {
    const rule = `*filter\n-A INPUT -s 10.0.0.${index}/32 -j DROP\nCOMMIT\n`;
    host.machine.add(name).restore('nft', 'ipv4', rule, { noflush: true });
  }
  return host;
}

async function stepsOf(host: MemoryHost) {
  const { ports } = host.start();
  return { kernel: ports.kernel, steps: tableSteps((await planState(ports)).plan) };
}

/** Keeps what is loaded in each scratch namespace; `answer` may take the place of the kernel. */
function watch(kernel: Kernel, answer: (text: string) => Ran | undefined = () => undefined) {
  const scratches: string[][] = [];
  const watched: Kernel = {
    ...kernel,
    scratch: async () => {
      const scratch = await kernel.scratch();
      const loads: string[] = [];
      scratches.push(loads);
      return {
        ...scratch,
        restore: async (backend, family, text, options) => {
          loads.push(text);
          return answer(text) ?? scratch.restore(backend, family, text, options);
        },
      };
    },
  };
  return { kernel: watched, scratches };
}

test('transitions that differ are rehearsed side by side, those of one namespace in one place', async () => {
  const { kernel, steps } = await stepsOf(makeHost(['a', 'b', 'c', 'd']));
  const { kernel: watched, scratches } = watch(kernel);
  const before = steps.map((step) => step.before);
  const rehearsed = await rehearse(watched, steps, before);
  expect(rehearsed.map(({ namespace, after }) => [namespace, after])).toEqual(
    steps.map(({ namespace, after }) => [namespace, expect.objectContaining({ name: after.name })]),
  );
  expect(scratches).toHaveLength(2);
  for (const host of [0, 1, 2, 3]) {
    expect(scratches.filter((loads) => loads.some((text) => text.includes(`10.0.0.${host}/32`)))).toHaveLength(1);
  }
});

test('one namespace needs one scratch namespace', async () => {
  const { kernel, steps } = await stepsOf(makeHost(['a']));
  const { kernel: watched, scratches } = watch(kernel);
  await rehearse(
    watched,
    steps,
    steps.map((step) => step.before),
  );
  expect(scratches).toHaveLength(1);
});

test('what fails beside others is tried in the order of the plan, which tells the first that is wrong', async () => {
  const { kernel, steps } = await stepsOf(makeHost(['a', 'b', 'c', 'd']));
  const refusal: Ran = { exitCode: 1, stdout: '', stderr: 'iptables-restore: line 1 failed' };
  const isWrong = (text: string) => text.includes('10.0.0.1/32') || text.includes('10.0.0.2/32');
  const { kernel: watched, scratches } = watch(kernel, (text) => (isWrong(text) ? refusal : undefined));
  const before = steps.map((step) => step.before);
  await expect(rehearse(watched, steps, before)).rejects.toMatchObject({
    code: 'kernel.rejected',
    message: expect.stringContaining('b ipv4 filter'),
  });
  expect(scratches).toHaveLength(3);
});

test('a program that hangs is not started again', async () => {
  const { kernel, steps } = await stepsOf(makeHost(['a', 'b', 'c', 'd']));
  const hanging: Ran = { exitCode: -1, stdout: '', stderr: '', problem: 'timeout' };
  const { kernel: watched, scratches } = watch(kernel, (text) => (text.includes('10.0.0.3/32') ? hanging : undefined));
  const before = steps.map((step) => step.before);
  await expect(rehearse(watched, steps, before)).rejects.toMatchObject({ code: 'kernel.timeout' });
  expect(scratches).toHaveLength(2);
});

test('the copy and its change are one program, and two where it refuses them', async () => {
  const { kernel, steps } = await stepsOf(makeHost(['a']));
  const before = steps.map((step) => step.before);
  const { kernel: watched, scratches } = watch(kernel);
  await rehearse(watched, steps.slice(0, 1), before);
  // The other one is the way back.
  expect(scratches[0]).toHaveLength(2);
  const refusal: Ran = { exitCode: 1, stdout: '', stderr: 'iptables-restore: line 9 failed' };
  const { kernel: refusing } = watch(kernel, (text) => (text.includes('-j ACCEPT') ? refusal : undefined));
  await expect(rehearse(refusing, steps.slice(0, 1), before)).rejects.toMatchObject({
    message: expect.stringContaining('the kernel refuses the change in the rehearsal'),
  });
});
