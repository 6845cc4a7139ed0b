import type { TransferBoard } from '../../admin/transfers/transfer-board.js'
import type { BoardReport, TransferView } from '../../admin/transfers/transfer-report.js'
import type { FromWorker, NumberedAnswer, Question, ToWorker, WorkerAnswer } from './messages.js'

/**
 * The transfers of all workers, which the primary collects: a request reaches any of them. Also responds to the primary
 * for this worker.
 */
export function sharedTransfers(board: TransferBoard): TransferView {
  const pending = new Map<number, (answers: readonly NumberedAnswer[]) => void>()
  let gathers = 0
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'gathered') {
      pending.get(message.gather)?.(message.answers)
      pending.delete(message.gather)
    }
    if (message.kind === 'ask') {
      send({ kind: 'answered', ask: message.ask, answer: answerOf(board, message.question) })
    }
  })
  const gather = (question: Question): Promise<readonly NumberedAnswer[]> =>
    new Promise((resolve) => {
      gathers += 1
      pending.set(gathers, resolve)
      send({ kind: 'gather', gather: gathers, question })
    })
  return gatheredTransfers(gather)
}

/** The transfers of all workers, by what they respond to a question. */
export function gatheredTransfers(
  gather: (question: Question) => Promise<readonly NumberedAnswer[]>,
): TransferView {
  return {
    async report(position) {
      const answers = await gather({ kind: 'transfers', position })
      return answers.flatMap(({ worker, report }) =>
        report === undefined ? [] : [ofWorker(report, worker)],
      )
    },
    async kill(id) {
      return (await gather({ kind: 'kill', id })).some(({ killed }) => killed === true)
    },
  }
}

function answerOf(board: TransferBoard, question: Question): WorkerAnswer {
  return question.kind === 'kill'
    ? { killed: board.kill(question.id) }
    : { report: board.report(question.position) }
}

function ofWorker(report: BoardReport, worker: number): BoardReport {
  return {
    ...report,
    running: report.running.map((each) => ({ ...each, worker })),
    finished: report.finished.map((each) => ({ ...each, worker })),
  }
}

/** A message to a primary that has ended is dropped: its workers end with it. */
function send(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => {})
}
