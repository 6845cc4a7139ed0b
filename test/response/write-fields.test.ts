import { readdirSync, readFileSync } from 'node:fs'
import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { applyHeaders, clearFields, writeFields } from '../../src/response/write-fields.js'

async function onReply<T>(use: (reply: FastifyReply) => T) {
  const app = Fastify()
  let result: T | undefined
  app.get('/', async (_request, reply) => {
    result = use(reply)
    reply.raw.getHeaderNames().forEach((name) => void reply.raw.removeHeader(name))
    return ''
  })
  const response = await app.inject('/')
  await app.close()
  if (response.statusCode !== 200) throw new Error(response.body)
  return result
}

describe('writeFields', () => {
  it.each<[string, Record<string, string>, Record<string, string>, Record<string, unknown>]>([
    ['puts fields on an empty reply', {}, { etag: '"a"' }, { etag: '"a"' }],
    ['replaces a field of the application', { etag: '"own"' }, { etag: '"a"' }, { etag: '"a"' }],
    [
      'keeps another field of the application',
      { 'x-own': 'x' },
      { etag: '"a"' },
      { 'x-own': 'x', etag: '"a"' },
    ],
    [
      'removes a representation field that the response does not have',
      { 'content-type': 'a/b', 'content-encoding': 'br', 'accept-ranges': 'bytes' },
      { etag: '"a"' },
      { etag: '"a"' },
    ],
  ])('%s', async (_what, own, fields, expected) => {
    const written = await onReply((reply) => {
      reply.headers(own)
      return { ...writeFields(reply, fields).getHeaders() }
    })
    expect(written).toEqual(expected)
  })

  it('keeps each cookie of the application once', async () => {
    const cookies = await onReply((reply) => {
      reply.header('set-cookie', 'a=1').header('set-cookie', 'b=2')
      const present = reply.getHeader('set-cookie') as unknown as string[]
      writeFields(reply, { 'set-cookie': present })
      const same = [...(reply.getHeader('set-cookie') as unknown as string[])]
      writeFields(reply, { 'set-cookie': ['c=3'] })
      return [same, reply.getHeader('set-cookie')]
    })
    expect(cookies).toEqual([
      ['a=1', 'b=2'],
      ['a=1', 'b=2', 'c=3'],
    ])
  })

  it('does not replace a numeric value of the application that is equal', async () => {
    const length = await onReply((reply) => {
      reply.header('content-length', 5)
      return writeFields(reply, { 'content-length': '5' }).getHeader('content-length')
    })
    expect(length).toBe(5)
  })
})

describe('clearFields', () => {
  it('removes every field of the reply', async () => {
    const left = await onReply((reply) => {
      reply.headers({ etag: '"a"', 'x-own': 'x' })
      clearFields(reply)
      return { ...reply.getHeaders() }
    })
    expect(left).toEqual({})
  })
})

describe('applyHeaders', () => {
  it('copies the fields of the reply to the response of node:http', async () => {
    const applied = await onReply((reply) => {
      reply.headers({ etag: '"a"', 'x-list': ['a', 'b'] })
      applyHeaders(reply)
      return { ...reply.raw.getHeaders() }
    })
    expect(applied).toEqual({ etag: '"a"', 'x-list': ['a', 'b'] })
  })

  it.each(['a\nb', 'a\0b', 'Ċ'])(
    'sets no field where the value %j can’t be sent',
    async (value) => {
      const left = await onReply((reply) => {
        reply.headers({ etag: '"a"', 'x-bad': value })
        expect(() => applyHeaders(reply)).toThrow(/Invalid character/)
        const names = reply.raw.getHeaderNames()
        clearFields(reply)
        return names
      })
      expect(left).toEqual([])
    },
  )
})

describe('Header fields of a response', () => {
  it.each(['request', 'response', 'delivery'])(
    'are put on the reply in write-fields.ts alone, not elsewhere in src/%s',
    (folder) => {
      const files = readdirSync(`src/${folder}`).filter((name) => name !== 'write-fields.ts')
      const writers = files.filter((name) => {
        const code = readFileSync(`src/${folder}/${name}`, 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '')
        return /\breply\.(header|headers|type)\(|\.code\([^)]*\)\s*\.header/.test(code)
      })
      expect(writers).toEqual([])
    },
  )
})
