import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WorkerAnswers } from '../../../src/cli/cluster/worker-answers.js'

const KILL = { kind: 'kill', id: 'x' } as const

describe('the responses of all workers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are gathered with the number of each worker', async () => {
    const answers = new WorkerAnswers([1, 2], () => true)
    const gathered = answers.gather(KILL)
    answers.answered(2, 1, { killed: true })
    answers.answered(1, 1, { killed: false })
    expect(await gathered).toEqual([
      { worker: 1, killed: false },
      { worker: 2, killed: true },
    ])
  })

  it('lack a worker that has no process, that ends, or that does not respond in 2 s', async () => {
    const answers = new WorkerAnswers([1, 2, 3, 4], (worker) => worker !== 1)
    const gathered = answers.gather(KILL)
    answers.ended(2)
    answers.answered(4, 1, { killed: true })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await gathered).toEqual([{ worker: 4, killed: true }])
    // Late, or to a question of another time.
    answers.answered(3, 1, { killed: true })
  })

  it('are not mixed with those to another question', async () => {
    const answers = new WorkerAnswers([1], () => true)
    const [first, second] = [answers.gather(KILL), answers.gather(KILL)]
    answers.answered(1, 2, { killed: true })
    answers.answered(1, 1, { killed: false })
    expect([await first, await second]).toEqual([
      [{ worker: 1, killed: false }],
      [{ worker: 1, killed: true }],
    ])
  })
})
