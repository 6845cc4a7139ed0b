import { once } from 'node:events'
import { get } from 'node:http'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { FailingSource } from '../fixture/failing-source.js'
import { Folder, pattern } from '../fixture/files.js'

const SIZE = 400_000
/** ms for 90 connections on a busy machine. */
const BUSY = { timeout: 15_000 }
const want = { 'Want-Content-Digest': 'sha-256=1' }

/** The fields of a response to a client with an address of its own. */
async function fieldsFor(url: string, localAddress: string, headers: Record<string, string>) {
  const request = get(url, { localAddress, headers, agent: false })
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'close')
  return response.headers
}

describe('The digest fields of a response', () => {
  it('are computed for one address while another has any number of digests to wait for', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 300_000 })
    await using served = await applicationWith({ source })
    const leaving = new AbortController()
    const waiting = Array.from({ length: 90 }, (_none, n) => {
      const headers = { ...want, Range: `bytes=0-${SIZE - 1 - n}` }
      return fetch(`${served.url}/f`, { headers, signal: leaving.signal }).catch(() => {})
    })
    await expect.poll(() => served.app.transfers.running.size, BUSY).toBe(90)
    const headers = { ...want, Range: 'bytes=0-999' }
    const fields = await fieldsFor(`${served.url}/f`, '127.0.0.2', headers)
    expect(fields['content-digest']).toBeDefined()
    expect(served.app.transfers.running.size).toBe(90)
    leaving.abort()
    await Promise.all(waiting)
    await expect.poll(() => served.app.transfers.running.size, BUSY).toBe(0)
  }, 60_000)

  it('are not computed in the background for a part of the file', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    await using served = await applicationWith({ root: folder.path, digestLimit: 100 })
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${served.url}/f`, { headers })
      await response.arrayBuffer()
      return response.headers
    }
    const part = { ...want, Range: 'bytes=1-' }
    expect((await ask(part)).get('content-digest')).toBeNull()
    // Computed after that of the part would be.
    const whole = async () => (await ask({ ...want })).get('content-digest')
    await expect.poll(whole, BUSY).toBeTruthy()
    expect((await ask(part)).get('content-digest')).toBeNull()
    expect((await ask({ ...want, Range: 'bytes=0-99' })).get('content-digest')).toBeTruthy()
  }, 30_000)
})
