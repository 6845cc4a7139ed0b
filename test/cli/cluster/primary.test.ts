import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FromWorker, ToWorker } from '../../../src/cli/cluster/messages.js'
import { runPrimary } from '../../../src/cli/cluster/primary.js'
import { WORKER_SETTINGS } from '../../../src/cli/cluster/worker.js'
import { hangupMeaning } from '../../../src/cli/hangup.js'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { AddedListeners } from '../../fixture/added-listeners.js'

/** A worker without a process. */
class FakeWorker extends EventEmitter {
  readonly messages: ToWorker[] = []
  readonly signals: string[] = []
  #isConnected = true
  readonly process = {
    pid: 1,
    kill: (signal: string) => void this.signals.push(signal),
    send: (message: ToWorker) => void this.messages.push(message),
  }

  constructor(readonly settings: { PORT: number; worker: number }) {
    super()
  }

  isConnected(): boolean {
    return this.#isConnected
  }

  listen(port = 5000): void {
    this.emit('listening', { port })
  }

  sends(message: FromWorker): void {
    this.emit('message', message)
  }

  exits(code: number | null, signal: string | null = null): void {
    this.#isConnected = false
    this.emit('exit', code, signal)
  }
}

describe('runPrimary', () => {
  const added = ['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => new AddedListeners(process, name))
  let workers: FakeWorker[]
  let exits: unknown[]
  beforeEach(() => {
    workers = []
    exits = []
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    vi.spyOn(cluster, 'fork').mockImplementation((env) => {
      const worker = new FakeWorker(JSON.parse(env[WORKER_SETTINGS]))
      workers.push(worker)
      return worker as never
    })
    vi.spyOn(process, 'exit').mockImplementation((code) => void exits.push(code) as never)
  })
  afterEach(() => {
    for (const listeners of added) listeners.remove()
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  const start = (flags = {}) =>
    runPrimary(readEnvironment({ WORKERS: '3', PORT: '0', LOG_LEVEL: 'silent', ...flags }, {}))

  /** Starts three workers that listen. */
  async function serving(flags = {}): Promise<void> {
    const started = start(flags)
    workers[0]?.listen()
    await vi.waitUntil(() => workers.length === 3)
    for (const worker of workers.slice(1)) worker.listen()
    await started
  }

  it('starts the first worker alone, then the others, and resolves when all listen', async () => {
    const started = start()
    expect(workers.map(({ settings }) => settings.worker)).toEqual([1])
    workers[0]?.listen()
    await vi.waitUntil(() => workers.length === 3)
    expect(workers.map(({ settings }) => settings.worker)).toEqual([1, 2, 3])
    for (const worker of workers.slice(1)) worker.listen()
    await started
  })

  it('throws what the first worker reports, and starts no other', async () => {
    const started = start()
    workers[0]?.sends({ kind: 'refused', code: 'BAD_SETTING', message: 'PORT: in use' })
    workers[0]?.exits(2)
    await expect(started).rejects.toMatchObject({ code: 'BAD_SETTING', message: 'PORT: in use' })
    expect(workers).toHaveLength(1)
  })

  it('throws for a worker that ends without a report', async () => {
    const started = start()
    workers[0]?.exits(null, 'SIGKILL')
    await expect(started).rejects.toThrow('WORKERS: worker 1 ended before it listened: SIGKILL')
  })

  it('replaces a worker that ended, after the backoff', async () => {
    await serving()
    workers[1]?.exits(1)
    vi.advanceTimersByTime(49)
    expect(workers).toHaveLength(3)
    vi.advanceTimersByTime(1)
    expect(workers[3]?.settings.worker).toBe(2)
  })

  it('ends a worker that listens on another port than was announced', async () => {
    await serving()
    workers[1]?.exits(1)
    vi.advanceTimersByTime(50)
    workers[3]?.listen(6000)
    expect(workers[3]?.signals).toEqual(['SIGKILL'])
  })

  it('lets the workers stop at the first signal, and exits when all have', async () => {
    await serving()
    process.emit('SIGTERM', 'SIGTERM')
    for (const worker of workers) {
      expect(worker.messages).toEqual([{ kind: 'stop', step: 'close', signal: 'SIGTERM' }])
    }
    workers[0]?.exits(0)
    workers[1]?.exits(0)
    expect(exits).toEqual([])
    workers[2]?.exits(0)
    expect(exits).toEqual([0])
  })

  it('kills the workers at the second signal, or when one does not stop in time', async () => {
    await serving()
    process.emit('SIGTERM', 'SIGTERM')
    vi.advanceTimersByTime(15_000)
    expect(workers.map(({ signals }) => signals)).toEqual(Array(3).fill(['SIGKILL']))
    process.emit('SIGTERM', 'SIGTERM')
    expect(exits).toEqual([1])
    expect(workers[0]?.signals).toEqual(['SIGKILL', 'SIGKILL'])
  })

  it('lets the workers drain first, close at the next signal, and kills them at the last one', async () => {
    await serving({ DRAIN_DELAY: '1m' })
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM'] as const) process.emit(signal, signal)
    const steps = workers[0]?.messages.map((message) => message.kind === 'stop' && message.step)
    // The exit of the test goes on.
    expect(steps?.slice(0, 2)).toEqual(['drain', 'close'])
    expect(exits).toEqual([1])
  })

  it('gives the workers the delay and the grace, then kills them', async () => {
    await serving({ DRAIN_DELAY: '1m' })
    process.emit('SIGTERM', 'SIGTERM')
    vi.advanceTimersByTime(74_999)
    expect(workers[0]?.signals).toEqual([])
    vi.advanceTimersByTime(1)
    expect(workers[0]?.signals).toEqual(['SIGKILL'])
  })

  it('does not drain at SIGINT, and does not replace a worker that ends while the others drain', async () => {
    await serving({ DRAIN_DELAY: '1m' })
    process.emit('SIGTERM', 'SIGTERM')
    workers[0]?.exits(null, 'SIGKILL')
    vi.advanceTimersByTime(60_000)
    expect(workers).toHaveLength(3)
    process.emit('SIGINT', 'SIGINT')
    expect(workers[1]?.messages.at(-1)).toEqual({ kind: 'stop', step: 'close', signal: 'SIGINT' })
    workers[1]?.exits(0)
    workers[2]?.exits(0)
    expect(exits).toEqual([1])
  })

  it('passes a SIGHUP on to the workers', async () => {
    await serving()
    process.emit('SIGHUP', 'SIGHUP')
    const reloads = workers.map(({ messages }) => messages)
    // On a terminal SIGHUP means to stop.
    const isTerminal = hangupMeaning() === 'stop'
    const stop = { kind: 'stop', step: 'close', signal: 'SIGHUP' }
    expect(reloads).toEqual(Array(3).fill([isTerminal ? stop : { kind: 'reload' }]))
  })

  it('collects the metrics of all workers for the scrape of one', async () => {
    await serving()
    workers[0]?.sends({ kind: 'scrape', scrape: 9 })
    for (const worker of workers) {
      const request = worker.messages.find(({ kind }) => kind === 'count')
      expect(request).toEqual({ kind: 'count', count: 1 })
      worker.sends({ kind: 'counted', count: 1, metrics: [] })
    }
    await vi.waitUntil(() => workers[0]?.messages.some(({ kind }) => kind === 'scraped'))
    const response = workers[0]?.messages.find(({ kind }) => kind === 'scraped')
    expect(response).toMatchObject({ kind: 'scraped', scrape: 9 })
    expect(response).toHaveProperty(
      'text',
      expect.stringContaining('lastbyte_worker_up{worker="3"} 1'),
    )
  })
})
