import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { editFields } from '../../src/response/edit-fields.js'
import type { HeaderFields } from '../../src/response/header-fields.js'
import type { HeaderReply } from '../../src/settings/options.js'

const FIELDS = { etag: '"a"', 'cache-control': 'no-store' }

/** Edits fields on the reply of a real route; returns them, and what the reply itself has after that. */
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
      'header',
      (reply) => reply.header('X-A', 'a').header('x-b', 5),
      { ...FIELDS, 'x-a': 'a', 'x-b': '5' },
    ],
    ['setHeader', (reply) => reply.setHeader('ETag', '"b"'), { ...FIELDS, etag: '"b"' }],
    [
      'headers',
      (reply) => reply.headers({ ETag: '"b"', 'x-a': 'a' }),
      { ...FIELDS, etag: '"b"', 'x-a': 'a' },
    ],
    ['type', (reply) => reply.type('text/x'), { ...FIELDS, 'content-type': 'text/x' }],
    ['removeHeader', (reply) => reply.removeHeader('Cache-Control'), { etag: '"a"' }],
    [
      'cookies, which are collected',
      (reply) => reply.header('set-cookie', 'a=1').header('Set-Cookie', ['b=2']),
      { ...FIELDS, 'set-cookie': ['a=1', 'b=2'] },
    ],
    ['nothing', () => {}, FIELDS],
    [
      'an asynchronous hook',
      async (reply) => void reply.setHeader('x-a', 'a'),
      { ...FIELDS, 'x-a': 'a' },
    ],
  ])(
    'collects what the hook does by %s, and leaves the reply as it is',
    async (_what, edit, draft) => {
      expect(await edited(edit)).toEqual({ draft, own: {} })
    },
  )

  it('shows the hook the fields of the response, in any case of their names', async () => {
    const seen: unknown[] = []
    await edited((reply) => {
      seen.push(reply.getHeader('ETag'), reply.hasHeader('CACHE-CONTROL'), reply.hasHeader('x'))
      seen.push(reply.getHeaders(), reply.request.url, reply.statusCode)
    })
    expect(seen).toEqual(['"a"', true, false, FIELDS, '/', 200])
  })

  it('takes a field that the hook removes off the reply, which may be the application’s own', async () => {
    const { draft, own } = await edited(
      (reply) => reply.removeHeader('x-own'),
      { ...FIELDS, 'x-own': 'own' },
      (reply) => reply.header('x-own', 'own'),
    )
    expect([draft, own]).toEqual([FIELDS, {}])
  })

  it('changes none of the fields that it is given', async () => {
    const fields = Object.freeze({ ...FIELDS })
    await edited((reply) => reply.header('etag', '"b"').removeHeader('cache-control'), fields)
    expect(fields).toEqual(FIELDS)
  })

  it.each([
    ['throws', () => Promise.resolve().then(() => Promise.reject(new Error('broken hook')))],
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
