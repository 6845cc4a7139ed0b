import type { NumberedAnswer, Question, WorkerAnswer } from './messages.js'

/** ms that a question waits for a worker. */
const TIMEOUT = 2_000

/** Sends a question to a worker. Returns whether the worker has a process that can respond. */
export type AskWorker = (worker: number, ask: number, question: Question) => boolean

interface Pending {
  readonly ask: number
  readonly worker: number
  readonly settle: (answer: WorkerAnswer | undefined) => void
}

/** The responses of all workers to questions about their transfers. Those that don't respond in time are left out. */
export class WorkerAnswers {
  readonly #pending = new Set<Pending>()
  #asks = 0

  constructor(
    private readonly workers: readonly number[],
    private readonly send: AskWorker,
  ) {}

  async gather(question: Question): Promise<NumberedAnswer[]> {
    this.#asks += 1
    const ask = this.#asks
    const answers = await Promise.all(
      this.workers.map(async (worker) => ({
        worker,
        answer: await this.#ask(worker, ask, question),
      })),
    )
    return answers.flatMap(({ worker, answer }) =>
      answer === undefined ? [] : [{ worker, ...answer }],
    )
  }

  /** Takes the response of a worker. One that arrives after the timeout is dropped. */
  answered(worker: number, ask: number, answer: WorkerAnswer): void {
    for (const each of this.#pending) {
      if (each.worker === worker && each.ask === ask) each.settle(answer)
    }
  }

  /** The process of a worker has ended. */
  ended(worker: number): void {
    for (const each of this.#pending) if (each.worker === worker) each.settle(undefined)
  }

  #ask(worker: number, ask: number, question: Question): Promise<WorkerAnswer | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => pending.settle(undefined), TIMEOUT)
      const settle = (answer: WorkerAnswer | undefined) => {
        clearTimeout(timer)
        this.#pending.delete(pending)
        resolve(answer)
      }
      const pending: Pending = { ask, worker, settle }
      this.#pending.add(pending)
      if (!this.send(worker, ask, question)) settle(undefined)
    })
  }
}
