import type {
  FinishedTransfer,
  RateHistory,
  RunningTransfer,
  TransferSnapshot,
  TransferTotals,
} from '../../pages/transfer-snapshot.js'
import { addHistories } from './rate-history.js'

/** How far a watcher has read. */
export interface Position {
  /** The number of finished transfers that it knows, by the session of the process. */
  readonly ended: Readonly<Record<string, number>>
  /** The second up to which it knows the rates, counted from the epoch. */
  readonly second: number
}

/** The position of a watcher that knows nothing. */
export const BEGINNING: Position = { ended: {}, second: 0 }

/** What one process reports to a watcher. */
export interface BoardReport {
  readonly session: string
  /** The number of transfers that have ended. */
  readonly ended: number
  readonly running: readonly RunningTransfer[]
  /** Those that the watcher doesn't know, as far as they are kept; the oldest first. */
  readonly finished: readonly FinishedTransfer[]
  readonly totals: TransferTotals
  readonly history: RateHistory
}

/** The transfers of all processes that serve. */
export interface TransferView {
  /** The reports of all processes that respond. */
  report(position: Position): Promise<readonly BoardReport[]>
  /** Ends a running transfer. Resolves to whether the id names one. */
  kill(id: string): Promise<boolean>
}

/** Running transfers, and finished ones, of all processes that are shown. */
const MOST_RUNNING = 1000
const MOST_FINISHED = 200

/** Joins the reports of all processes. */
export function joinReports(reports: readonly BoardReport[]): TransferSnapshot {
  const running = reports.flatMap((report) => report.running).sort((a, b) => b.ms - a.ms)
  const finished = reports
    .flatMap((report) => report.finished)
    .sort((a, b) => b.ended.localeCompare(a.ended))
  const sum = (member: keyof TransferTotals) =>
    reports.reduce((total, { totals }) => total + totals[member], 0)
  return {
    transfers: running.slice(0, MOST_RUNNING),
    finished: finished.slice(0, MOST_FINISHED),
    totals: {
      running: sum('running'),
      stalled: sum('stalled'),
      rate: sum('rate'),
      bytes: sum('bytes'),
      heals: sum('heals'),
    },
    history: addHistories(reports.map(({ history }) => history)),
  }
}

/** The position of a watcher that has read these reports. */
export function positionAfter(reports: readonly BoardReport[], { second }: Position): Position {
  return {
    ended: Object.fromEntries(reports.map(({ session, ended }) => [session, ended])),
    second: reports.length === 0 ? second : addHistories(reports.map((each) => each.history)).until,
  }
}

/** A position as the id of an event: `1790000000,a1b2c3d4e5f6-17`. */
export function formatPosition({ ended, second }: Position): string {
  const known = Object.entries(ended).map(([session, number]) => `,${session}-${number}`)
  return `${second}${known.join('')}`
}

/** The position that an id names; the beginning for any other text. */
export function parsePosition(id: string | undefined): Position {
  if (!/^\d{1,12}(,[0-9a-f]{12}-\d{1,15})*$/.test(id ?? '')) return BEGINNING
  const [second, ...known] = (id ?? '').split(',')
  const ended = known.map((each) => {
    const [session = '', number] = each.split('-')
    return [session, Number(number)] as const
  })
  return { ended: Object.fromEntries(ended), second: Number(second) }
}
