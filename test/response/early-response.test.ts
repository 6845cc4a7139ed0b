import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { EarlyResponse } from '../../src/fault/fault.js'
import type { FaultInjector } from '../../src/request/fault-injector.js'
import { earlyResponse } from '../../src/response/early-response.js'

async function prepared(early: EarlyResponse | undefined) {
  const sizes: unknown[] = []
  const injector = {
    before: async (size: number | undefined) => {
      sizes.push(size)
      return early
    },
  } as unknown as FaultInjector
  const app = Fastify()
  let response: unknown
  app.get('/', async (_request, reply: FastifyReply) => {
    reply.headers({ etag: '"a"', 'x-own': 'own' })
    response = await earlyResponse(reply, injector, 42)
    return ''
  })
  await app.inject('/')
  await app.close()
  return { response, sizes }
}

describe('earlyResponse', () => {
  it('returns undefined without a fault layer, and without a fault that responds', async () => {
    expect(await earlyResponse({} as FastifyReply, undefined, 1)).toBeUndefined()
    expect((await prepared(undefined)).response).toBeUndefined()
  })

  it('passes the size of the representation to the faults', async () => {
    expect((await prepared({ kind: 'silence' })).sizes).toEqual([42])
  })

  it.each<[string, EarlyResponse, object]>([
    ['nothing', { kind: 'silence' }, { kind: 'no-response' }],
    [
      'a redirect',
      { kind: 'status', status: 302, fields: { location: '/x' } },
      { kind: 'status', status: 302, fields: { location: '/x' } },
    ],
    [
      'content',
      { kind: 'content', status: 200, fields: { 'content-type': 'text/plain' }, body: 'ü' },
      {
        kind: 'complete',
        status: 200,
        fields: { 'content-type': 'text/plain', 'content-length': '2' },
        bytes: Buffer.from('ü'),
      },
    ],
    [
      'an error status',
      { kind: 'status', status: 503, fields: { 'retry-after': '3' } },
      { kind: 'problem', status: 503, fields: { 'retry-after': '3', 'x-own': 'own' } },
    ],
  ])('prepares the response of a fault that sends %s', async (_what, early, expected) => {
    const { response } = await prepared(early)
    expect(response).toMatchObject(expected)
    expect(JSON.stringify(response)).not.toContain('etag')
  })
})
