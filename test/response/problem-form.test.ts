import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { addPageSpace } from '../../src/response/page-spaces.js'
import { problemForm, varyByAccept } from '../../src/response/problem-form.js'
import { problemResponse } from '../../src/response/problem-response.js'

/** What `see` returns for the reply to a request. */
async function seen<T>(
  headers: Record<string, string>,
  see: (reply: FastifyReply) => T,
): Promise<T> {
  const app = Fastify()
  addPageSpace(app, { contains: () => true, depth: 1 })
  let value: T | undefined
  app.get('/*', (_request, reply) => {
    value = see(reply)
    return reply.send('')
  })
  await app.inject({ url: '/films/a/b.mp4?secret', headers })
  await app.close()
  return value as T
}

const form = (headers: Record<string, string>) =>
  seen(headers, (reply) =>
    problemForm(reply, problemResponse(reply, { status: 503, fields: { 'retry-after': '7' } })),
  )

describe('problemForm', () => {
  it('is a page for a browser, with the wait of Retry-After and without the query', async () => {
    const { fields, bytes } = await form({ accept: 'text/html' })
    expect(fields).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'retry-after': '7',
      'cache-control': 'no-store',
      vary: 'Accept',
    })
    const html = bytes.toString()
    expect(html).toContain('data-seconds="7"')
    expect(html).toContain('href="../-/assets/lastbyte.css"')
    expect(html).not.toContain('secret')
  })

  it('is problem details for others', async () => {
    const { fields, bytes } = await form({ accept: '*/*' })
    expect(fields).toMatchObject({ 'content-type': 'application/problem+json', vary: 'Accept' })
    expect(JSON.parse(bytes.toString()).status).toBe(503)
  })
})

describe('varyByAccept', () => {
  it.each([
    [undefined, undefined, 'Accept'],
    ['Origin', undefined, 'Origin, Accept'],
    [undefined, 'Accept-Encoding', 'Accept-Encoding, Accept'],
    ['accept', undefined, 'accept'],
    ['*', undefined, '*'],
  ])('of %s on the reply and %s of the response is %s', async (present, own, vary) => {
    const found = await seen({}, (reply) => {
      if (present !== undefined) reply.header('vary', present)
      return varyByAccept(reply, own)
    })
    expect(found).toBe(vary)
  })
})
