import { EventEmitter, once } from 'node:events'
import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { StreamError } from '../../src/http/stream-error.js'
import { reauthorizePeriodically } from '../../src/request/reauthorize.js'
import { transferAlone } from '../fixture/transfer.js'

const request = {} as FastifyRequest

function failing(error: unknown): () => never {
  return () => {
    throw error
  }
}

describe('reauthorizePeriodically', () => {
  it('does not end a transfer without a reauthorize function', () => {
    const { transfer } = transferAlone()
    const settings = { reauthorize: undefined, reauthorizeInterval: 1 }
    reauthorizePeriodically(settings, request, transfer)()
    expect(transfer.signal.aborted).toBe(false)
  })

  it.each<[string, () => unknown, string, RegExp]>([
    ['returns false', () => false, 'UNAUTHORIZED', /does not allow/],
    ['resolves to false', async () => false, 'UNAUTHORIZED', /does not allow/],
    ['throws', failing(new Error('x')), 'UNAUTHORIZED', /does not allow/],
    ['throws null', failing(null), 'UNAUTHORIZED', /does not allow/],
    ['throws a 403', failing({ statusCode: 403 }), 'UNAUTHORIZED', /does not allow/],
    ['throws a 503', failing({ statusCode: 503 }), 'SOURCE_FAILED', /does not allow/],
    ['rejects', async () => Promise.reject(new Error('x')), 'UNAUTHORIZED', /does not allow/],
    ['never settles', () => new Promise(() => {}), 'SOURCE_TIMEOUT', /did not settle in 5 ms/],
  ])('ends the transfer where the function %s', async (_what, reauthorize, code, message) => {
    const { transfer } = transferAlone()
    reauthorizePeriodically({ reauthorize, reauthorizeInterval: 5 }, request, transfer)
    await once(transfer.signal, 'abort')
    expect(transfer.signal.reason).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('ends the transfer with the StreamError that the function throws', async () => {
    const { transfer } = transferAlone()
    const error = new StreamError({ type: 'gone', status: 401 }, 'You were signed out.')
    reauthorizePeriodically(
      { reauthorize: failing(error), reauthorizeInterval: 1 },
      request,
      transfer,
    )
    await once(transfer.signal, 'abort')
    expect(transfer.signal.reason).toBe(error)
  })

  it.each([true, undefined, null, 0, 'no'])(
    'calls the function again with the request as long as it returns %j',
    async (value) => {
      const { transfer } = transferAlone()
      const requests: unknown[] = []
      const calledThrice = new Promise<void>((resolve) => {
        const reauthorize = (given: FastifyRequest) => {
          requests.push(given)
          if (requests.length === 3) resolve()
          return value
        }
        const stop = reauthorizePeriodically(
          { reauthorize, reauthorizeInterval: 1 },
          request,
          transfer,
        )
        transfer.signal.addEventListener('abort', stop)
      })
      await calledThrice
      transfer.abort(new LastbyteError('CLIENT_GONE', 'over'))
      expect(requests.every((given) => given === request)).toBe(true)
    },
  )

  it('makes no further call when the stream has ended, also during a call', async () => {
    const { transfer } = transferAlone()
    let calls = 0
    let settle = (_allowed: boolean) => {}
    const called = new EventEmitter()
    const reauthorize = () => {
      calls += 1
      called.emit('call')
      return new Promise<boolean>((resolve) => {
        settle = resolve
      })
    }
    const settings = { reauthorize, reauthorizeInterval: 2 }
    const stop = reauthorizePeriodically(settings, request, transfer)
    await once(called, 'call')
    stop()
    settle(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect([calls, transfer.signal.aborted]).toEqual([1, false])
  })
})
