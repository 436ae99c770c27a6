/** One line of the stream of `--json`, before it has a time. Keys and names are those of `terraform plan -json` where there are such. */
export type StreamEvent = {
  readonly type:
    | 'version'
    | 'log'
    | 'diagnostic'
    | 'target_read'
    | 'namespace_anew'
    | 'planned_change'
    | 'planned_check'
    | 'guard'
    | 'traffic'
    | 'connections'
    | 'change_summary'
    | 'apply_start'
    | 'apply_complete'
    | 'apply_errored'
    | 'verify'
    | 'rollback_start'
    | 'rollback_complete'
    | 'connections_ended'
    | 'confirm_pending'
    | 'result';
  readonly level: 'info' | 'warn' | 'error';
  /** One sentence for people. */
  readonly message: string;
  /** What else the line has, by key. */
  readonly fields: Readonly<Record<string, unknown>>;
};
