import cluster from 'node:cluster'
import { Counter, Registry } from 'prom-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FromWorker } from '../../../src/cli/cluster/messages.js'
import {
  endWithPrimary,
  reportListening,
  reportStartFailure,
  settingsOfWorker,
  sharedMetrics,
  WORKER_SETTINGS,
} from '../../../src/cli/cluster/worker.js'
import { LastbyteError } from '../../../src/errors.js'
import { AddedListeners } from '../../fixture/added-listeners.js'

describe('a worker process', () => {
  const added = ['message', 'disconnect'].map((name) => new AddedListeners(process, name))
  const { send, exit, connected } = process
  const { isWorker } = cluster
  afterEach(() => {
    for (const listeners of added) listeners.remove()
    Object.assign(process, { send, exit, connected })
    Object.assign(cluster, { isWorker })
    delete process.env[WORKER_SETTINGS]
  })

  /** What the worker sends to its primary. */
  function sentMessages(): FromWorker[] {
    const messages: FromWorker[] = []
    const record = (message: FromWorker, _handle: unknown, _options: unknown, sent: () => void) => {
      messages.push(message)
      sent()
      return true
    }
    Object.assign(process, { send: record })
    return messages
  }

  const receive = (message: object) => process.emit('message', message, undefined)

  it('has the settings of its primary', () => {
    process.env[WORKER_SETTINGS] = '{"PORT":5}'
    expect(settingsOfWorker(), 'not in a process that is no worker').toBeUndefined()
    Object.assign(cluster, { isWorker: true })
    expect(settingsOfWorker()).toEqual({ PORT: 5 })
  })

  it('has them once, so that no process that it starts is a worker', () => {
    Object.assign(cluster, { isWorker: true })
    process.env[WORKER_SETTINGS] = '{"PORT":5}'
    settingsOfWorker()
    expect(process.env[WORKER_SETTINGS]).toBeUndefined()
  })

  it('has the settings of its primary without node:cluster where sockets were passed on', () => {
    const settings = { PORT: 5, sockets: [{ fd: 3, name: 'web' }] }
    process.env[WORKER_SETTINGS] = JSON.stringify(settings)
    Object.assign(process, { send: undefined })
    expect(settingsOfWorker(), 'not in a process without a primary').toBeUndefined()
    sentMessages()
    expect(settingsOfWorker()).toEqual(settings)
  })

  it('sends its primary where it listens', () => {
    const messages = sentMessages()
    reportListening(['/run/a.sock'])
    expect(messages).toEqual([{ kind: 'listening', bound: ['/run/a.sock'] }])
  })

  it('ends when its primary does, also where that was before', () => {
    const exited = vi.fn()
    Object.assign(process, { exit: exited, connected: true })
    endWithPrimary()
    expect(exited).not.toHaveBeenCalled()
    process.emit('disconnect')
    expect(exited.mock.calls).toEqual([[0]])
    Object.assign(process, { connected: false })
    endWithPrimary()
    expect(exited.mock.calls).toEqual([[0], [0]])
  })

  it('leaves that to node:cluster in a worker of it', () => {
    const exited = vi.fn()
    Object.assign(process, { exit: exited, connected: false })
    Object.assign(cluster, { isWorker: true })
    endWithPrimary()
    expect(exited).not.toHaveBeenCalled()
  })

  it('sends its primary why it cannot start, and exits with that code', async () => {
    const messages = sentMessages()
    const exited = vi.fn()
    Object.assign(process, { exit: exited })
    await reportStartFailure(new LastbyteError('BAD_SETTING', 'PORT: in use'))
    expect(messages).toEqual([{ kind: 'refused', code: 'BAD_SETTING', message: 'PORT: in use' }])
    expect(exited).toHaveBeenCalledWith(2)
  })

  it('throws an error that is not ours', async () => {
    await expect(reportStartFailure(new TypeError('a bug'))).rejects.toThrow('a bug')
  })

  it('sends its own metrics when its primary requests them', async () => {
    const messages = sentMessages()
    const registry = new Registry()
    new Counter({ name: 'total', help: '-', registers: [registry] }).inc(3)
    sharedMetrics(registry)
    receive({ kind: 'count', count: 7 })
    await expect.poll(() => messages).toHaveLength(1)
    const [message] = messages
    expect(message).toMatchObject({ kind: 'counted', count: 7 })
    expect(message?.kind === 'counted' && message.metrics[0]?.values[0]?.value).toBe(3)
  })

  it('responds to a scrape with the metrics that its primary collects', async () => {
    const messages = sentMessages()
    const shared = sharedMetrics(new Registry())
    const [first, second] = [shared.metrics(), shared.metrics()]
    expect(messages).toEqual([
      { kind: 'scrape', scrape: 1 },
      { kind: 'scrape', scrape: 2 },
    ])
    receive({ kind: 'scraped', scrape: 2, text: 'second' })
    receive({ kind: 'scraped', scrape: 1, text: 'first' })
    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
  })
})
