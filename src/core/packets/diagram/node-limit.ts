/**
 * A computation needed more nodes or steps than it may. Both are counted, never timed, so that every machine ends at the same place and gives
 * the same answer.
 */
export class NodeLimit extends Error {
  override readonly name = 'NodeLimit';
  readonly nodes: number;

  constructor(nodes: number) {
    super(`more than ${nodes} nodes are needed`);
    this.nodes = nodes;
  }
}
