import { readdirSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import {
  applyHeaders,
  clearFields,
  dropUnsendable,
  fieldLines,
  writeFields,
} from '../../src/response/write-fields.js'

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

describe('writeFields of a field that can’t be sent', () => {
  it.each<[string, (reply: FastifyReply) => void]>([
    ['of the response', (reply) => writeFields(reply, { 'x-bad': 'a\nb' })],
    ['of the application', (reply) => writeFields(reply.header('x-bad', 'a\rb'), {})],
    ['of a list', (reply) => writeFields(reply, { 'x-bad': ['a', 'b\0'] })],
  ])('throws BAD_FIELD with the name of the field %s', async (_whose, write) => {
    const error = expect.objectContaining({ code: 'BAD_FIELD', facts: expect.anything() })
    await onReply((reply) => {
      expect(() => write(reply)).toThrow(error)
      dropUnsendable(reply)
    })
  })
})

describe('dropUnsendable', () => {
  it('removes only the fields that can’t be sent, and logs their names without their values', async () => {
    const errors: unknown[] = []
    const left = await onReply((reply) => {
      reply.log.error = ((facts: { err: Error }) => errors.push(facts.err.message)) as never
      reply.headers({ etag: '"a"', 'x-bad': 'secret\n' })
      dropUnsendable(reply)
      return { ...reply.getHeaders() }
    })
    expect(left).toEqual({ etag: '"a"' })
    expect(errors).toEqual([expect.stringMatching(/"x-bad".*U\+000A at position 6$/)])
    expect(String(errors)).not.toContain('secret')
  })
})

describe('fieldLines', () => {
  it('has a name in its usual spelling and a value for each line', () => {
    const lines = fieldLines({ etag: '"a"', 'set-cookie': ['a=1', 'b=2'] })
    expect(lines).toEqual([...['ETag', '"a"', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']])
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

  it.each(['a\nb', 'a\0b', '\x7f'])(
    'sets no field where the value %j can’t be sent',
    async (value) => {
      const left = await onReply((reply) => {
        reply.headers({ etag: '"a"', 'x-bad': value })
        const error = expect.objectContaining({ code: 'BAD_FIELD' })
        expect(() => applyHeaders(reply)).toThrow(error)
        const names = reply.raw.getHeaderNames()
        clearFields(reply)
        return names
      })
      expect(left).toEqual([])
    },
  )

  it('encodes characters above U+00FF as UTF-8, and spells names as HTTP/1.1 does', async () => {
    const applied = await onReply((reply) => {
      reply.headers({ etag: '"a"', 'x-name': 'Ċ' })
      applyHeaders(reply)
      const raw = reply.raw as ServerResponse & { getRawHeaderNames(): string[] }
      return [raw.getRawHeaderNames(), raw.getHeader('x-name')]
    })
    expect(applied).toEqual([['ETag', 'X-Name'], '\xc4\x8a'])
  })
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
