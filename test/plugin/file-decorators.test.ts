import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

/** The response of a route whose handler is `handle`. */
async function respond(
  handle: (reply: FastifyReply, folders: { own: Folder; other: Folder }) => unknown,
  { headers = {}, ...options }: LastbyteOptions & { headers?: Record<string, string> } = {},
) {
  using own = new Folder({ 'f.txt': 'own file', 'ü Ċ.txt': 'name', 'f.txt.gz': 'coded' })
  using other = new Folder({ 'f.txt': 'other file' })
  await using app = await applicationWith({ root: own.path, serve: false, ...options }, (app) => {
    app.get('/', (_request, reply) => {
      handle(reply, { own, other })
      return reply
    })
  })
  const response = await fetch(app.url, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('reply.sendFile', () => {
  it.each<[string, Parameters<typeof respond>[0], string]>([
    ['a path', (reply) => reply.sendFile('f.txt'), 'own file'],
    ['a path with a leading slash', (reply) => reply.sendFile('/f.txt'), 'own file'],
    [
      'a path and a folder',
      (reply, { other }) => reply.sendFile('f.txt', other.path),
      'other file',
    ],
    [
      'a path and options with a folder',
      (reply, { other }) => reply.sendFile('f.txt', { root: other.path }),
      'other file',
    ],
    [
      'a path, a folder and options',
      (reply, { other }) => reply.sendFile('f.txt', other.path, { maxAge: 1000 }),
      'other file',
    ],
    ['a path that is not ASCII', (reply) => reply.sendFile('ü Ċ.txt'), 'name'],
  ])('sends the file for %s', async (_what, handle, text) => {
    expect(await respond(handle)).toMatchObject({ status: 200, text })
  })

  it.each<[string, Parameters<typeof respond>[0], number]>([
    ['an absent file', (reply) => reply.sendFile('none'), 404],
    ['a path that leaves the folder', (reply) => reply.sendFile('../../etc/passwd'), 403],
    ['a path with NUL', (reply) => reply.sendFile('f\0.txt'), 403],
    ['an absent folder', (reply) => reply.sendFile('f.txt', '/nonexistent'), 404],
    ['a root that is no folder', (reply) => reply.sendFile('f.txt', '/dev/null'), 500],
    ['an unknown option', (reply) => reply.sendFile('f.txt', { maxage: 1 } as object), 500],
  ])('sends an error status for %s', async (_what, handle, status) => {
    expect((await respond(handle)).status).toBe(status)
  })

  it('uses the cache options of the call in place of those of the registration', async () => {
    const send = (reply: FastifyReply) => reply.sendFile('f.txt', { maxAge: 5000, immutable: true })
    const { headers } = await respond(send, { maxAge: 1000 })
    expect(headers.get('cache-control')).toBe('public, max-age=5, immutable')
  })

  it('throws for a call without a folder where the registration has none', async () => {
    await using app = await applicationWith({ serve: false }, (app) => {
      app.get('/', (_request, reply) => reply.sendFile('f.txt'))
    })
    const response = await fetch(app.url)
    expect(response.status).toBe(500)
    expect(JSON.stringify(app.log)).toContain('root: expected a folder in this call')
  })
})

describe('reply.download', () => {
  it.each<[string, (reply: FastifyReply) => unknown, RegExp]>([
    ['the name of the file', (reply) => reply.download('f.txt'), /^attachment; filename=f\.txt$/],
    ['the name in the call', (reply) => reply.download('f.txt', 'a b.txt'), /filename="a b\.txt"/],
    [
      'a name with a character outside of Latin-1 (U+010A)',
      (reply) => reply.download('f.txt', 'Ċ.txt'),
      /filename\*=UTF-8''%C4%8A\.txt/,
    ],
    [
      'the name in the call without its control characters',
      (reply) => reply.download('f.txt', 'a\r\nset-cookie: x\0.txt'),
      /filename="?aset-cookie: x\.txt"?/,
    ],
  ])('names the attachment by %s', async (_what, handle, disposition) => {
    const { status, headers } = await respond(handle)
    expect(status).toBe(200)
    expect(headers.get('content-disposition')).toMatch(disposition)
    expect(headers.get('set-cookie')).toBeNull()
  })

  it('sends the file without a content coding, which a saved file would keep', async () => {
    const options = { preCompressed: true, headers: { 'accept-encoding': 'gzip' } }
    const sent = await respond((reply) => reply.download('f.txt'), options)
    expect([sent.headers.get('content-encoding'), sent.text]).toEqual([null, 'own file'])
  })
})
