import { describe, expect, it } from 'vitest'
import { nodeHash } from '../../../src/client/platform/node-hash.js'
import type { Platform } from '../../../src/client/platform/platform.js'
import {
  onPlatform,
  READ_STREAM_OPTIONS,
  type ReadStreamOptions,
} from '../../../src/client/stream/stream-options.js'

const URL = 'http://host.test/f'

/** A platform that counts its open transports, and what a stream on it is given. */
function counting() {
  const state = { opened: 0, closed: 0 }
  const platform: Platform = {
    openTransport: () => {
      state.opened += 1
      return {
        send: () => Promise.reject(new Error('not used')),
        close: () => {
          state.closed += 1
        },
      }
    },
    createHash: nodeHash,
  }
  return { platform, state }
}

const numbers = (options: ReadStreamOptions = {}) => {
  const { platform, state } = counting()
  const given: { signal?: AbortSignal; most?: number; stall?: number; retryFor?: number } = {}
  const settled = { options, expectations: READ_STREAM_OPTIONS }
  const stream = onPlatform(platform, URL, settled, async function* (policy, signal) {
    Object.assign(given, { signal, most: policy.most, stall: policy.stall })
    given.retryFor = policy.retry.retryFor
    for (let n = 0; ; n += 1) {
      signal.throwIfAborted()
      yield n
    }
  })
  return { stream, state, given }
}

describe('onPlatform', () => {
  it('settles the defaults: 45 s of stall, 10 min of retries, 64 Mi characters', async () => {
    const { stream, given } = numbers()
    await stream.next()
    expect(given).toMatchObject({ most: 67_108_864, stall: 45_000, retryFor: 600_000 })
    await stream.return()
  })

  it('passes options on', async () => {
    const { stream, given } = numbers({ most: 5, stall: 6, retryFor: 7 })
    await stream.next()
    expect(given).toMatchObject({ most: 5, stall: 6, retryFor: 7 })
    await stream.return()
  })

  it('opens nothing before the first read, and closes its transport when the reader stops', async () => {
    const { stream, state, given } = numbers()
    expect(state).toEqual({ opened: 0, closed: 0 })
    for await (const n of stream) if (n === 2) break
    expect(state).toEqual({ opened: 1, closed: 1 })
    expect(given.signal?.reason).toMatchObject({ code: 'CANCELLED' })
  })

  it('ends with the reason of the signal, before or after the start', async () => {
    const reason = new Error('enough')
    const early = numbers({ signal: AbortSignal.abort(reason) })
    await expect(early.stream.next()).rejects.toBe(reason)
    expect(early.state).toEqual({ opened: 1, closed: 1 })
    const abort = new AbortController()
    const late = numbers({ signal: abort.signal })
    await late.stream.next()
    abort.abort(reason)
    await expect(late.stream.next()).rejects.toBe(reason)
    expect(late.state).toEqual({ opened: 1, closed: 1 })
  })

  it('neither opens nor closes anything for a transport of the caller', async () => {
    const { stream, state } = numbers({ transport: () => Promise.reject(new Error('not used')) })
    await stream.next()
    await stream.return()
    expect(state).toEqual({ opened: 0, closed: 0 })
  })
})
