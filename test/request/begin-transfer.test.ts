import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { beginTransfer, recordCompleted } from '../../src/request/begin-transfer.js'
import type { Delivery } from '../../src/request/exchange.js'
import { DeliveryRoute } from '../fixture/delivery.js'
import { RawClient } from '../fixture/raw-http.js'

describe('beginTransfer', () => {
  it('records the method, the path without its query, the Range field and the status', async () => {
    const route = new DeliveryRoute()
    await using opened = await route.open(({ reply, transfer }) => {
      transfer.status = 206
      transfer.settle({ kind: 'complete' })
      return reply.send('x')
    })
    await fetch(`${opened.url}/a%20b?secret=1`, { headers: { range: 'bytes=0-1' } })
    expect(opened.records).toMatchObject([
      { method: 'GET', path: '/a%20b', range: 'bytes=0-1', status: 206, outcome: 'complete' },
    ])
    const [line] = opened.log.filter(({ msg }) => msg === 'transfer')
    expect(line).toMatchObject({ level: 30, path: '/a%20b', outcome: 'complete' })
    expect(JSON.stringify(opened.log.filter(({ msg }) => msg === 'transfer'))).not.toContain(
      'secret',
    )
  })

  it('logs a Range field without a character on which a terminal acts', async () => {
    const route = new DeliveryRoute()
    await using opened = await route.open(({ reply, transfer }) => {
      transfer.settle({ kind: 'complete' })
      return reply.send('x')
    })
    await fetch(opened.url, { headers: { range: 'bytes=\x9b2J' } })
    const [line] = opened.log.filter(({ msg }) => msg === 'transfer')
    expect(line).toMatchObject({ range: 'bytes=\\u009b2J' })
  })

  it.each<[string, LastbyteError, number, string]>([
    ['a client that disconnected', new LastbyteError('CLIENT_GONE', 'left'), 30, 'client-gone'],
    ['a source that failed', new LastbyteError('SOURCE_FAILED', 'disk'), 40, 'source-failed'],
    ['a file that changed', new LastbyteError('REPRESENTATION_CHANGED', 'new'), 40, 'changed'],
  ])(
    'logs the transfer of %s with the message of the error, without a stack',
    async (_what, error, level, outcome) => {
      const route = new DeliveryRoute()
      await using opened = await route.open(({ reply, transfer }) => {
        transfer.settle({ kind: 'failed', error })
        return reply.send('x')
      })
      await fetch(opened.url)
      const [line] = opened.log.filter(({ msg }) => msg === 'transfer')
      expect(line).toMatchObject({
        level,
        outcome,
        error: { code: error.code, message: error.message },
      })
      expect(JSON.stringify(line)).not.toContain('stack')
    },
  )

  it('aborts the transfer when the client disconnects', async () => {
    const route = new DeliveryRoute()
    let begun: Delivery | undefined
    await using opened = await route.open((delivery) => {
      begun = delivery
      return delivery.reply.hijack()
    })
    const client = new RawClient(opened.port)
    client.request('/')
    await expect.poll(() => begun).toBeDefined()
    client.socket.destroy()
    const { signal } = (begun as Delivery).transfer
    if (!signal.aborted) await once(signal, 'abort')
    expect(signal.reason).toMatchObject({ code: 'CLIENT_GONE' })
  })

  it.each(['before', 'after'])(
    'aborts the transfer when the application aborts its signal %s the transfer begins',
    async (when) => {
      const route = new DeliveryRoute()
      const reasons: unknown[] = []
      await using opened = await route.open(({ context, reply }) => {
        const cancelling = new AbortController()
        if (when === 'before') cancelling.abort(new Error('own reason'))
        const { transfer } = beginTransfer(context, reply, cancelling.signal)
        if (when === 'after') cancelling.abort(new Error('own reason'))
        reasons.push(transfer.signal.reason)
        return reply.send('x')
      })
      await fetch(opened.url)
      expect(reasons).toMatchObject([{ code: 'CANCELLED', cause: { message: 'own reason' } }])
    },
  )
})

describe('recordCompleted', () => {
  it('reports the record and the log line of a complete transfer', async () => {
    const route = new DeliveryRoute()
    await using opened = await route.open(({ context, reply, transfer }) => {
      transfer.settle({ kind: 'no-transfer' })
      reply.code(206)
      recordCompleted(context, reply, 42)
      return reply.send('x')
    })
    await fetch(`${opened.url}/f?x=1`)
    expect(opened.records).toMatchObject([
      { path: '/f', status: 206, bytes: 42, outcome: 'complete' },
    ])
    expect(opened.log.filter(({ msg }) => msg === 'transfer')).toHaveLength(1)
  })
})
