import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { beginTransfer } from '../../src/request/begin-transfer.js'
import { createContext } from '../../src/request/context.js'
import { createFaultInjector } from '../../src/request/fault-injector.js'
import { prepareRepresentation } from '../../src/response/prepare-representation.js'
import type { PreparedResponse } from '../../src/response/prepared-response.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { settleOptions } from '../../src/settings/settings.js'
import { digestCache } from '../../src/source/digest/digest-cache.js'
import { createFaults } from '../../src/testing/index.js'
import { MemorySource } from '../fixture/memory-source.js'

interface Prepared {
  readonly response: PreparedResponse
  readonly source: MemorySource
  /** The fields of the reply after the response was prepared. */
  readonly onReply: object
}

/** Prepares the response with a text, and drains its body. */
async function prepared(
  headers: Record<string, string> = {},
  options: LastbyteOptions = {},
  text = '0123456789',
): Promise<Prepared> {
  const source = new MemorySource({ f: text })
  const digests = digestCache(source, 1000)
  const settings = settleOptions({ source, ...options })
  const app = Fastify()
  const context = createContext(app, settings)
  let result: Prepared | Error | undefined
  app.get('/f', async (_request, reply) => {
    reply.header('x-own', 'own')
    const served = { source, digests }
    const requested = { key: 'f', served, root: undefined, settings, codings: [] }
    const scope = { ...beginTransfer(context, reply), context, requested }
    const faults = createFaultInjector(scope)
    faults?.session.draw(text.length)
    const opened = await source.open('f')
    if (opened.kind !== 'representation') throw new Error('absent')
    const found = { key: 'f', representation: opened.representation }
    const response = await prepareRepresentation({ ...scope, faults }, found).catch(
      (error) => error,
    )
    result =
      response instanceof Error ? response : { response, source, onReply: reply.getHeaders() }
    scope.transfer.settle({ kind: 'no-transfer' })
    return 'done'
  })
  await app.inject({ url: '/f', headers })
  await app.close()
  await digests.close()
  if (result instanceof Error) throw result
  return result as Prepared
}

async function bodyOf(response: PreparedResponse): Promise<string> {
  if (response.kind !== 'body') return ''
  const chunks = response.body.first === undefined ? [] : [response.body.first as Uint8Array]
  for (;;) {
    const { done, value } = await response.body.rest.next()
    if (done) break
    chunks.push(value as Uint8Array)
  }
  await response.release()
  return Buffer.concat(chunks).toString()
}

describe('prepareRepresentation', () => {
  it.each<[string, Record<string, string>, string, number, string]>([
    ['the whole file', {}, 'body', 200, '0123456789'],
    ['a range', { range: 'bytes=2-4' }, 'body', 206, '234'],
    ['a 304', { 'if-none-match': '"f"' }, 'complete', 304, ''],
    ['a 412', { 'if-match': '"x"' }, 'problem', 412, ''],
    ['a 416', { range: 'bytes=99-' }, 'problem', 416, ''],
  ])(
    'prepares %s without changing the reply, and closes the representation unless a body reads it',
    async (_what, headers, kind, status, text) => {
      const { response, source, onReply } = await prepared(headers)
      expect(response).toMatchObject({ kind, status })
      expect(source.openCount).toBe(kind === 'body' ? 1 : 0)
      expect(await bodyOf(response)).toBe(text)
      expect(source.openCount).toBe(0)
      expect(onReply).toEqual({ 'x-own': 'own' })
    },
  )

  it('adds the Repr-Digest and the Content-Digest that the request wants', async () => {
    const headers = {
      range: 'bytes=2-4',
      'want-repr-digest': 'sha-256=9',
      'want-content-digest': 'sha-256=9',
    }
    const { response } = await prepared(headers)
    const fields = 'fields' in response ? response.fields : {}
    expect(fields['repr-digest']).toMatch(/^sha-256=:.{44}:$/)
    expect(fields['content-digest']).toMatch(/^sha-256=:.{44}:$/)
    expect(fields['content-digest']).not.toBe(fields['repr-digest'])
    await bodyOf(response)
  })

  it('adds the fields of setHeaders, and compares preconditions with its ETag', async () => {
    const setHeaders: LastbyteOptions['setHeaders'] = (reply) => {
      reply.setHeader('etag', '"edited"')
      reply.removeHeader('cache-control')
    }
    const { response } = await prepared({}, { setHeaders })
    const fields = 'fields' in response ? response.fields : {}
    expect([fields.etag, fields['cache-control']]).toEqual(['"edited"', undefined])
    await bodyOf(response)
    const matching = await prepared({ 'if-none-match': '"edited"' }, { setHeaders })
    expect(matching.response).toMatchObject({ kind: 'complete', status: 304 })
  })

  it('announces the length and the range of a fault in place of the true ones', async () => {
    const faults = createFaults({ seed: 1 })
    faults.arm({ fault: { kind: 'wrong-content-range', shift: 5 } })
    const shifted = await prepared({ range: 'bytes=0-1' }, { faults })
    expect(shifted.response).toMatchObject({ fields: { 'content-range': 'bytes 5-6/15' } })
    await bodyOf(shifted.response)
    faults.disarm()
    faults.arm({ fault: { kind: 'chunked' } })
    const chunked = await prepared({}, { faults })
    expect('fields' in chunked.response && 'content-length' in chunked.response.fields).toBe(false)
    await bodyOf(chunked.response)
  })
})
