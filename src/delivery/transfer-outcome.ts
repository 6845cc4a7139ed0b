import type { ErrorCode, LastbyteError } from '../errors.js'

/** The outcome of a transfer, in the log and the metrics. */
export type TransferOutcome =
  | 'complete'
  | 'client-gone'
  | 'stalled'
  | 'source-failed'
  | 'changed'
  | 'cancelled'
  | 'killed'
  | 'shutdown'
  | 'unauthorized'
  | 'injected'

const OUTCOMES: Partial<Record<ErrorCode, TransferOutcome>> = {
  CLIENT_GONE: 'client-gone',
  CLIENT_STALLED: 'stalled',
  REPRESENTATION_CHANGED: 'changed',
  FILE_TRUNCATED: 'changed',
  FILE_REPLACED: 'changed',
  UNAUTHORIZED: 'unauthorized',
  GAP: 'changed',
  CANCELLED: 'cancelled',
  STOPPED: 'cancelled',
  KILLED: 'killed',
  SHUTDOWN: 'shutdown',
  FAULT_INJECTED: 'injected',
}

/** How a transfer that failed, or did not, is recorded. */
export function outcomeOf(error: LastbyteError | undefined): TransferOutcome {
  return error === undefined ? 'complete' : (OUTCOMES[error.code] ?? 'source-failed')
}
