import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { editFields } from '../../src/response/edit-fields.js'
import type { HeaderFields } from '../../src/response/header-fields.js'
import type { HeaderReply } from '../../src/settings/options.js'

const FIELDS = { etag: '"a"', 'cache-control': 'no-store' }

/**
 * Edits fields on the reply of a real route; returns the edited copy, and the reply's own fields after
 * that.
 */
async function edited(
  edit: (reply: HeaderReply) => unknown,
  fields: HeaderFields = FIELDS,
  before: (reply: FastifyReply) => void = () => {},
) {
  const app = Fastify()
  app.get('/', async (_request, reply) => {
    before(reply)
    const draft = await editFields(reply, fields, edit)
    return { draft, own: reply.getHeaders() }
  })
  const response = await app.inject('/')
  await app.close()
  return response.json()
}

describe('editFields', () => {
  it.each<[string, (reply: HeaderReply) => unknown, HeaderFields]>([
    [
      'reply.header',
      (reply) => reply.header('X-A', 'a').header('x-b', 5),
      { ...FIELDS, 'x-a': 'a', 'x-b': '5' },
    ],
    ['reply.setHeader', (reply) => reply.setHeader('ETag', '"b"'), { ...FIELDS, etag: '"b"' }],
    [
      'reply.headers',
      (reply) => reply.headers({ ETag: '"b"', 'x-a': 'a' }),
      { ...FIELDS, etag: '"b"', 'x-a': 'a' },
    ],
    ['reply.type', (reply) => reply.type('text/x'), { ...FIELDS, 'content-type': 'text/x' }],
    ['reply.removeHeader', (reply) => reply.removeHeader('Cache-Control'), { etag: '"a"' }],
    [
      'several Set-Cookie fields',
      (reply) => reply.header('set-cookie', 'a=1').header('Set-Cookie', ['b=2']),
      { ...FIELDS, 'set-cookie': ['a=1', 'b=2'] },
    ],
    ['a hook without effect', () => {}, FIELDS],
    [
      'an asynchronous hook',
      async (reply) => void reply.setHeader('x-a', 'a'),
      { ...FIELDS, 'x-a': 'a' },
    ],
  ])(
    'applies %s to a copy of the fields, and does not change the reply',
    async (_what, edit, draft) => {
      expect(await edited(edit)).toEqual({ draft, own: {} })
    },
  )

  it('passes the fields of the response to the hook, with case-insensitive names', async () => {
    const observed: unknown[] = []
    await edited((reply) => {
      observed.push(reply.getHeader('ETag'), reply.hasHeader('CACHE-CONTROL'), reply.hasHeader('x'))
      observed.push(reply.getHeaders(), reply.request.url, reply.statusCode)
    })
    expect(observed).toEqual(['"a"', true, false, FIELDS, '/', 200])
  })

  it('removes a field from the reply as well when the hook removes it', async () => {
    const { draft, own } = await edited(
      (reply) => reply.removeHeader('x-own'),
      { ...FIELDS, 'x-own': 'own' },
      (reply) => reply.header('x-own', 'own'),
    )
    expect([draft, own]).toEqual([FIELDS, {}])
  })

  it('does not change the object with the fields', async () => {
    const fields = Object.freeze({ ...FIELDS })
    await edited((reply) => reply.header('etag', '"b"').removeHeader('cache-control'), fields)
    expect(fields).toEqual(FIELDS)
  })

  it.each([
    ['rejects later', () => Promise.resolve().then(() => Promise.reject(new Error('broken hook')))],
    [
      'throws at once',
      () => {
        throw new Error('broken hook')
      },
    ],
  ])('rejects where the hook %s', async (_what, edit) => {
    expect(await edited(edit)).toMatchObject({ statusCode: 500, message: 'broken hook' })
  })
})
