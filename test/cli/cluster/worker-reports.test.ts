import { describe, expect, it, vi } from 'vitest'
import type { ToWorker } from '../../../src/cli/cluster/messages.js'
import { WorkerReports } from '../../../src/cli/cluster/worker-reports.js'

/** Two workers that respond at once: with no metrics, and to every question by killing nothing. */
function twoWorkers() {
  const error = vi.fn()
  const reports: WorkerReports = new WorkerReports(
    [1, 2],
    (worker, message: ToWorker) => {
      if (message.kind === 'count') {
        const counted = { kind: 'counted', count: message.count, metrics: [] } as const
        queueMicrotask(() => reports.receive(worker, counted, () => {}))
      }
      if (message.kind === 'ask') {
        const answered = { kind: 'answered', ask: message.ask, answer: { killed: false } } as const
        queueMicrotask(() => reports.receive(worker, answered, () => {}))
      }
      return true
    },
    { error },
  )
  return reports
}

describe('what all workers report', () => {
  it('is sent to the worker that received a scrape', async () => {
    const reports = twoWorkers()
    const reply = await new Promise<ToWorker>((resolve) => {
      reports.receive(2, { kind: 'scrape', scrape: 7 }, resolve)
    })
    expect(reply).toMatchObject({ kind: 'scraped', scrape: 7 })
    expect((reply as { text: string }).text).toContain('lastbyte_worker_up{worker="1"} 1')
  })

  it('is sent to the worker that received a request about transfers', async () => {
    const reports = twoWorkers()
    const question = { kind: 'kill', id: 'x' } as const
    const reply = await new Promise<ToWorker>((resolve) => {
      reports.receive(1, { kind: 'gather', gather: 3, question }, resolve)
    })
    const answers = [
      { worker: 1, killed: false },
      { worker: 2, killed: false },
    ]
    expect(reply).toEqual({ kind: 'gathered', gather: 3, answers })
  })

  it('does not wait for a worker that has ended', async () => {
    const reports = new WorkerReports([1], () => true, { error: vi.fn() })
    const question = { kind: 'kill', id: 'x' } as const
    const reply = new Promise<ToWorker>((resolve) => {
      reports.receive(1, { kind: 'gather', gather: 1, question }, resolve)
    })
    reports.ended(1)
    expect(await reply).toEqual({ kind: 'gathered', gather: 1, answers: [] })
  })
})
