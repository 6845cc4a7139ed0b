import type { Worker } from 'node:cluster'
import { describe, expect, it, vi } from 'vitest'
import { send, signalListening, startFailure } from '../../../src/cli/cluster/worker-process.js'

function worker(isConnected: boolean) {
  const sent = vi.fn()
  return {
    sent,
    worker: { isConnected: () => isConnected, process: { send: sent } } as unknown as Worker,
  }
}

describe('send', () => {
  it('sends a message to a worker that is connected', () => {
    const connected = worker(true)
    expect(send(connected.worker, { kind: 'count', count: 1 })).toBe(true)
    expect(connected.sent.mock.lastCall?.[0]).toEqual({ kind: 'count', count: 1 })
  })

  it('sends nothing to a worker that has ended', () => {
    const ended = worker(false)
    expect(send(ended.worker, { kind: 'count', count: 1 })).toBe(false)
    expect(send(undefined, { kind: 'count', count: 1 })).toBe(false)
    expect(ended.sent).not.toHaveBeenCalled()
  })
})

it.each([
  [1, null, 'exit code 1'],
  [null, 'SIGKILL', 'SIGKILL'],
])('startFailure names the exit code %s or the signal %s', (code, signal, told) => {
  expect(startFailure(2, code, signal).message).toContain(
    `worker 2 ended before it listened: ${told}`,
  )
})

it('signalListening sends a signal to the workers that listen alone', () => {
  const [listening, starting] = [vi.fn(), vi.fn()]
  const slot = (kill: () => void, listeningSince: number | undefined) =>
    ({ worker: { process: { kill } }, listeningSince }) as never
  const ended = { worker: undefined, listeningSince: undefined } as never
  signalListening([slot(listening, 0), slot(starting, undefined), ended], 'SIGUSR1')
  expect(listening).toHaveBeenCalledWith('SIGUSR1')
  expect(starting).not.toHaveBeenCalled()
})
