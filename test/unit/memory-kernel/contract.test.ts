import type { Backend } from '../../../src/core/rules/types.ts';
import { type ContractSite, kernelContract } from '../../support/kernel-contract.ts';
import { openMemoryKernel } from '../../support/memory-kernel/memory-kernel.ts';
import { MemoryMachine } from '../../support/memory-kernel/memory-machine.ts';

function open(): ContractSite {
  const machine = new MemoryMachine();
  let made = 0;
  return {
    kernel: openMemoryKernel(machine),
    makeNamespace: () => {
      made += 1;
      machine.add(`ns${made}`);
      return `ns${made}`;
    },
    addNamespace: (name) => void machine.add(name),
    removeNamespace: (name) => machine.remove(name),
  };
}

for (const backend of ['nft', 'legacy'] as const satisfies readonly Backend[])
  kernelContract(`the kernel in memory, ${backend}`, backend, open);
