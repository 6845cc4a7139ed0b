import { EventEmitter } from 'node:events'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stopGracefully, stopOnSignals } from '../../src/cli/shutdown.js'
import { AddedListeners } from '../fixture/added-listeners.js'

/** An application whose `close` settles when the test says so. */
class Application {
  readonly transfers = { running: new Set([1, 2]) }
  closes = 0
  closed = () => {}
  failed = (_error: Error) => {}

  close(): Promise<void> {
    this.closes += 1
    return new Promise((resolve, reject) => {
      this.closed = resolve
      this.failed = reject
    })
  }

  get fastify(): FastifyInstance {
    return this as unknown as FastifyInstance
  }
}

describe('shutdown', () => {
  const signals = ['SIGTERM', 'SIGINT'].map((name) => new AddedListeners(process, name))
  const exits = new EventEmitter()
  const codes: (number | undefined)[] = []
  let log: string[] = []
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line).msg) })
  const nextExit = () => new Promise((resolve) => exits.once('exit', resolve))
  beforeEach(() => {
    codes.length = 0
    log = []
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      codes.push(Number(code))
      exits.emit('exit', code)
      return undefined as never
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    for (const listeners of signals) listeners.remove()
  })

  it('exits with 0 when the application has closed', async () => {
    const app = new Application()
    const exit = nextExit()
    stopGracefully(app.fastify, logger, 'SIGTERM')
    expect([codes, log]).toEqual([[], ['stopping']])
    app.closed()
    expect(await exit).toBe(0)
  })

  it('exits with 1 when the application could not close', async () => {
    const app = new Application()
    const exit = nextExit()
    stopGracefully(app.fastify, logger, 'SIGTERM')
    app.failed(new Error('busy'))
    expect(await exit).toBe(1)
    expect(log).toEqual(['stopping', 'could not stop cleanly'])
  })

  it('closes at the first signal, and exits with 1 at the second', async () => {
    const app = new Application()
    stopOnSignals(app.fastify, logger)
    process.emit('SIGINT', 'SIGINT')
    expect([app.closes, codes]).toEqual([1, []])
    process.emit('SIGTERM', 'SIGTERM')
    expect(codes[0]).toBe(1)
  })
})
