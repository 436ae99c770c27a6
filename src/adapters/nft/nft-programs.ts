import { release } from 'node:os';
import { searchPath } from '../process/exec.ts';
import { describeProgram } from '../process/find-program.ts';
import { saveProgram } from '../process/programs.ts';

/**
 * Tells the programs that print and list nft rules, and the kernel below them, from any others: a package that is upgraded or a machine
 * that is booted anew gives another text. Asking the programs for their versions would cost 15 ms of every plan.
 */
export async function nftPrograms(): Promise<string> {
  const programs = [saveProgram('nft', 'ipv4'), 'nft'].map((name) => describeProgram(name, searchPath()));
  return [release(), ...(await Promise.all(programs))].join(', ');
}
