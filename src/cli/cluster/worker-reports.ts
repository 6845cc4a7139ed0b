import type { Logger } from 'pino'
import type { FromWorker, NumberedAnswer, Question, ToWorker } from './messages.js'
import { WorkerAnswers } from './worker-answers.js'
import { WorkerMetrics } from './worker-metrics.js'

/** Sends a message to a worker. Returns whether the worker has a process that can respond. */
export type SendToWorker = (worker: number, message: ToWorker) => boolean

/** What all workers report together, to the worker that has received the request for it. */
export class WorkerReports {
  readonly #metrics: WorkerMetrics
  readonly #answers: WorkerAnswers

  constructor(
    workers: readonly number[],
    send: SendToWorker,
    private readonly logger: Pick<Logger, 'error'>,
  ) {
    this.#metrics = new WorkerMetrics(workers, (id, count) => send(id, { kind: 'count', count }))
    this.#answers = new WorkerAnswers(workers, (id, ask, question) =>
      send(id, { kind: 'ask', ask, question }),
    )
  }

  /** The metrics of all workers in Prometheus text format. */
  scrape(): Promise<string> {
    return this.#metrics.scrape()
  }

  /** The responses of all workers to a question. */
  gather(question: Question): Promise<readonly NumberedAnswer[]> {
    return this.#answers.gather(question)
  }

  /** Takes a message of a worker. `reply` sends to the process that has sent it. */
  receive(
    worker: number,
    message: Exclude<FromWorker, { kind: 'refused' | 'listening' }>,
    reply: (message: ToWorker) => void,
  ): void {
    switch (message.kind) {
      case 'counted':
        this.#metrics.counted(worker, message.count, message.metrics)
        break
      case 'scrape':
        this.scrape().then(
          (text) => reply({ kind: 'scraped', scrape: message.scrape, text }),
          (error) => this.logger.error({ err: error }, 'scrape failed'),
        )
        break
      case 'answered':
        this.#answers.answered(worker, message.ask, message.answer)
        break
      case 'gather':
        this.gather(message.question).then((answers) => {
          reply({ kind: 'gathered', gather: message.gather, answers })
        })
        break
    }
  }

  /** The process of a worker has ended. */
  ended(worker: number): void {
    this.#metrics.ended(worker)
    this.#answers.ended(worker)
  }
}
