import { writeFileSync } from 'node:fs';

/** As low as this process may go: the kernel ends it last, or never, when memory runs out. Below zero takes CAP_SYS_RESOURCE. */
export function spareFromOom(): void {
  for (const score of ['-1000', '0']) {
    try {
      writeFileSync('/proc/self/oom_score_adj', score);
      return;
    } catch {
      // Not permitted, or a kernel that has no such file.
    }
  }
}
