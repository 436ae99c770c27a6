import type { Backend } from '../../src/core/rules/types.ts';
import { realPorts } from '../support/fw.ts';
import { kernelContract } from '../support/kernel-contract.ts';
import { addNamespace, makeNamespace, removeNamespace } from '../support/netns.ts';

for (const backend of ['nft', 'legacy'] as const satisfies readonly Backend[])
  kernelContract(`the kernel of this machine, ${backend}`, backend, () => ({
    kernel: realPorts().kernel,
    makeNamespace,
    addNamespace,
    removeNamespace,
  }));
