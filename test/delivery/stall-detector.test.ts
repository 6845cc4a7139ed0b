import { describe, expect, it, vi } from 'vitest'
import { FairScheduler } from '../../src/delivery/fair-scheduler.js'
import { StallDetector } from '../../src/delivery/stall-detector.js'
import { type Peer, Transfer } from '../../src/delivery/transfer.js'

const PEER = { localAddress: '127.0.0.1', localPort: 80, remoteAddress: '127.0.0.1', remotePort: 1 }
const ENDS = '0100007F:0050 0100007F:0001'

/**
 * A detector with fake timers, a stallTimeout of 1,000 ms, a sourceTimeout of 400 ms and a fake send
 * queue.
 */
function detectorScene(shared = false) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const peer: Peer = { ...PEER, shared }
  const timeouts = { stallTimeout: 1000, sourceTimeout: 400 }
  const clock = () => performance.now()
  const transfer = new Transfer({ method: 'GET', path: '/f' }, peer, timeouts, {
    scheduler: new FairScheduler(),
    now: clock,
    settled: () => {},
  })
  const running = new Set([transfer])
  const queue = { bytes: 5000 }
  const readQueues = vi.fn(async () => new Map([[ENDS, queue.bytes]]))
  new StallDetector(running, clock, readQueues).wake(timeouts)
  /**
   * Advances the clock in steps of 100 ms, the interval of the checks; calls `each` before every step.
   */
  const pass = async (ms: number, each = () => {}) => {
    for (let at = 0; at < ms; at += 100) {
      each()
      await vi.advanceTimersByTimeAsync(100)
    }
  }
  const code = () => (transfer.signal.aborted ? transfer.signal.reason.code : undefined)
  return { running, transfer, queue, readQueues, pass, code }
}

describe('StallDetector', () => {
  it('reads the send queues only while a client has received nothing since the last check', async () => {
    const { transfer, readQueues, pass } = detectorScene()
    transfer.waitFor('server')
    await pass(5000)
    transfer.waitFor('client')
    await pass(300, () => transfer.waitFor('client'))
    expect(readQueues).not.toHaveBeenCalled()
    await pass(300)
    expect(readQueues).toHaveBeenCalled()
  })

  it('aborts the transfer of a client that receives nothing', async () => {
    const { transfer, pass, code } = detectorScene()
    transfer.waitFor('client')
    await pass(900)
    expect([code(), transfer.stalling]).toEqual([undefined, true])
    await pass(400)
    expect(code()).toBe('CLIENT_STALLED')
  })

  it('does not abort for a slow client whose send queue changes while no write is accepted', async () => {
    const { transfer, queue, pass, code } = detectorScene()
    transfer.waitFor('client')
    await pass(5000, () => {
      queue.bytes -= 10
    })
    expect(code()).toBeUndefined()
    await pass(1300)
    expect(code()).toBe('CLIENT_STALLED')
  })

  it('aborts a stream without progress although its shared connection is active', async () => {
    const { transfer, queue, pass, code } = detectorScene(true)
    transfer.waitFor('client')
    const siblings = () => {
      queue.bytes += 10
    }
    await pass(2500, siblings)
    expect(code()).toBeUndefined()
    await pass(2000, siblings)
    expect(code()).toBe('CLIENT_STALLED')
  })

  it('does not abort a stream of a shared connection while its queued bytes are acknowledged', async () => {
    const { transfer, queue, pass, code } = detectorScene(true)
    transfer.waitFor('client')
    await pass(20_000, () => {
      queue.bytes -= 10
    })
    expect(code()).toBeUndefined()
    await pass(1300)
    expect(code()).toBe('CLIENT_STALLED')
  })

  it('aborts for a source that sends nothing, but not while the server itself works', async () => {
    const { transfer, pass, code } = detectorScene()
    transfer.waitFor('server')
    await pass(5000)
    expect(code()).toBeUndefined()
    transfer.waitFor('source')
    await pass(700)
    expect(code()).toBe('SOURCE_TIMEOUT')
  })

  it('does not abort transfers with progress, and sets no timer while none runs', async () => {
    const { running, transfer, pass, code } = detectorScene()
    await pass(3000, () => transfer.waitFor('client'))
    expect(code()).toBeUndefined()
    running.delete(transfer)
    await pass(300)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
})
