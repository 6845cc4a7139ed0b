import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { plannedFacts } from '../../src/response/select-version.js'
import { settleFields } from '../../src/settings/field-options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const SHA = createHash('sha-256').update('hello').digest('base64url')

describe('The version of a response', () => {
  it('has the ETag of the source by default, and one from the bytes with etag: content', async () => {
    using folder = new Folder({ f: 'hello' })
    await using byStat = await applicationWith({ root: folder.path })
    await using byContent = await applicationWith({ root: folder.path, etag: 'content' })
    const tags = await Promise.all(
      [byStat, byContent].map(async ({ url }) => (await fetch(`${url}/f`)).headers.get('etag')),
    )
    expect(tags[1]).toBe(`"${SHA}"`)
    expect(tags[0]).not.toBe(tags[1])
  })

  it.each<[string, object | undefined, string]>([
    ['the path of the file on disk', undefined, 'f'],
    ['the key of a source that is no folder', {}, 'f'],
  ])('is passed to setHeaders with %s', async (_what, source, end) => {
    using folder = new Folder({ f: 'hello' })
    const calls: unknown[][] = []
    await using app = await applicationWith({
      ...(source === undefined ? { root: folder.path } : { source: await keyed() }),
      setHeaders: (reply, path, stat) => {
        calls.push([path, stat?.size])
        reply.setHeader('x-path', 'seen')
      },
    })
    const response = await fetch(`${app.url}/f`)
    expect(response.headers.get('x-path')).toBe('seen')
    const expected = source === undefined ? [folder.at(end), 5] : [end, undefined]
    expect(calls).toEqual([expected])
  })

  it('is sent after an asynchronous setHeaders resolves, and as a 500 where that rejects', async () => {
    using folder = new Folder({ f: 'hello' })
    let fails = false
    const setHeaders = async (reply: { setHeader(name: string, value: string): void }) => {
      await Promise.resolve()
      if (fails) throw new Error('secret')
      reply.setHeader('x-late', 'late')
    }
    await using app = await applicationWith({ root: folder.path, setHeaders })
    expect((await fetch(`${app.url}/f`)).headers.get('x-late')).toBe('late')
    fails = true
    const failed = await fetch(`${app.url}/f`)
    expect([failed.status, (await failed.text()).includes('secret')]).toEqual([500, false])
  })
})

it('An asynchronous setHeaders that never settles does not keep the file open after a disconnect', async () => {
  using folder = new Folder({ f: 'hello' })
  const entered = new EventEmitter()
  const setHeaders = () => {
    entered.emit('enter')
    return new Promise<void>(() => {})
  }
  await using app = await applicationWith({ root: folder.path, setHeaders })
  const client = new RawClient(app.port)
  const called = once(entered, 'enter')
  client.request('/f')
  await called
  client.socket.destroy()
  await expect.poll(() => app.app.transfers.running.size).toBe(0)
  expect(app.records).toEqual([])
})

async function keyed() {
  const { MemorySource } = await import('../fixture/memory-source.js')
  return new MemorySource({ f: 'hello' })
}

describe('plannedFacts', () => {
  const FACTS = {
    size: 3,
    contentType: 'text/plain',
    given: undefined,
    dateStrength: 'weak',
  } as const

  it('returns the facts themselves where ranges and the type are sent', () => {
    expect(plannedFacts(FACTS, settleFields({ etag: false }))).toBe(FACTS)
  })

  it.each([
    [{ acceptRanges: false }, { given: 'whole' }],
    [{ contentType: false }, { contentType: undefined }],
    [
      { acceptRanges: false, contentType: false },
      { given: 'whole', contentType: undefined },
    ],
  ])('for %o changes %o', (options, changes) => {
    expect(plannedFacts(FACTS, settleFields(options))).toEqual({ ...FACTS, ...changes })
  })
})
