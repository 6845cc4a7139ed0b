import { describe, expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const isTrusted = (address: string) => /127\.0\.0\.1$|^10\./.test(address)
const CLOSE = { connection: 'close' }

/** The warnings after a request with each of these X-Forwarded-For fields; `''`: without. */
async function warningsAfter(fields: string[], path = '/f', trusted = isTrusted) {
  using folder = new Folder({ f: 'x' })
  await using server = await serverWith({ root: folder.path }, { isTrusted: trusted })
  for (const field of fields) {
    using client = new RawClient(server.port)
    client.request(path, field === '' ? CLOSE : { ...CLOSE, 'x-forwarded-for': field })
    await client.closed()
  }
  return server.log.filter(({ level }) => level === 40)
}

describe('the warning of a trusted proxy that names no client', () => {
  it.each([
    ['sends no X-Forwarded-For', ['', '', ''], 'none'],
    ['names only trusted addresses', ['10.0.0.1', '10.0.0.2, 127.0.0.1'], 'only trusted addresses'],
    ['names clients in some of its requests', ['192.0.2.1', '', '192.0.2.1', ''], 'none'],
  ])('is logged once where it %s', async (_how, fields, received) => {
    const warnings = await warningsAfter(fields)
    expect(warnings).toMatchObject([{ proxy: '127.0.0.1', received }])
    expect(warnings[0]?.msg).toMatch(/no limit of addresses applies/)
  })

  it.each([
    ['a proxy that names its clients', ['192.0.2.1', '2001:db8::1', '192.0.2.1, 10.0.0.1'], '/f'],
    ['its own health checks', [''], '/-/healthz'],
  ])('is not logged for %s', async (_what, fields, path) => {
    expect(await warningsAfter(fields, path)).toEqual([])
  })

  it('is not logged for clients that connect themselves', async () => {
    expect(await warningsAfter([''], '/f', (address) => address === '10.0.0.1')).toEqual([])
  })
})
