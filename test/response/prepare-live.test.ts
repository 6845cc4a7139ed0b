import { appendFileSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { createFaults, type Fault } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const BIG = '9007199254740991'
const files = (content: string | Buffer) => ({ 'f.ts': content, 'f.ts.live': '' })

/** A response over HTTP/2: its fields, and its bytes or the code with which the stream was reset. */
async function overHttp2(root: string, range: string, act: () => void) {
  const app = Fastify({ http2: true })
  await app.register(lastbyte, { root, live: true })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const session = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  const stream = session.request({ ':path': '/f.ts', range })
  const chunks: Buffer[] = []
  const result = await new Promise<{ fields: object; ended: string }>((resolve) => {
    let fields = {}
    stream.on('response', (received) => {
      fields = received
    })
    stream.once('data', act).on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', () => {})
    stream.on('close', () => {
      resolve({
        fields,
        ended: stream.readableEnded && !stream.rstCode ? 'end' : `reset ${stream.rstCode}`,
      })
    })
  })
  session.close()
  await app.close()
  return { ...result, bytes: Buffer.concat(chunks).toString() }
}

describe('prepareLive over HTTP/2', () => {
  it('ends the stream when the file is finished', async () => {
    using folder = new Folder(files('first,'))
    const act = () => {
      appendFileSync(folder.at('f.ts'), 'second')
      rmSync(folder.at('f.ts.live'))
    }
    const { fields, bytes, ended } = await overHttp2(folder.path, `bytes=0-${BIG}`, act)
    expect(fields).toMatchObject({ ':status': 206, 'content-range': `bytes 0-${BIG}/*` })
    expect(fields).not.toHaveProperty('content-length')
    expect([bytes, ended]).toEqual(['first,second', 'end'])
  })

  it('resets the stream when the file is truncated', async () => {
    using folder = new Folder(files('0123456789'))
    const act = () => truncateSync(folder.at('f.ts'), 1)
    const { bytes, ended } = await overHttp2(folder.path, `bytes=0-${BIG}`, act)
    expect([bytes, ended]).toEqual(['0123456789', 'reset 2'])
  })
})

describe('prepareLive over HTTP/1.0', () => {
  it('ends the body with the connection: by a FIN when the file is finished, and by a reset otherwise', async () => {
    for (const [change, ended] of [
      [(path: string) => rmSync(`${path}.live`), 'fin'],
      [(path: string) => truncateSync(path, 1), 'reset'],
    ] as const) {
      using folder = new Folder(files('0123456789'))
      await using served = await applicationWith({ root: folder.path, live: true })
      using client = new RawClient(served.port)
      client.request('/f.ts', { Range: `bytes=0-${BIG}` }, 'GET', 'HTTP/1.0')
      while (!client.received.includes('0123456789')) await client.until(client.received.length + 1)
      change(folder.at('f.ts'))
      expect((await client.closed()).ended).toBe(ended)
    }
  })
})

it('prepareLive releases the file when its client leaves while it is quiet', async () => {
  using folder = new Folder(files('0123456789'))
  await using served = await applicationWith({ root: folder.path, live: true })
  const abort = new AbortController()
  const headers = { range: `bytes=10-${BIG}` }
  await fetch(`${served.url}/f.ts`, { headers, signal: abort.signal })
  abort.abort()
  expect(await served.settled()).toMatchObject({ outcome: 'client-gone', bytes: 0 })
  await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
})

describe('faults of a live file', () => {
  const size = 100_000
  it.each<[Fault, number | 'all', string]>([
    [{ kind: 'truncate', at: 40_000 }, 40_000, 'fin'],
    [{ kind: 'end-early', at: 40_000 }, 40_000, 'complete'],
    [{ kind: 'stall', at: 40_000, ms: 50 }, 'all', 'complete'],
    [{ kind: 'throttle', rate: 2_000_000 }, 'all', 'complete'],
    [{ kind: 'corrupt', at: 40_000, length: 1 }, 'all', 'complete'],
    [{ kind: 'source-error', at: 40_000, code: 'EIO' }, 40_000, 'fin'],
    [{ kind: 'malformed-chunk', at: 40_000 }, 40_000, 'fin'],
  ])('%o acts on the bytes of the file', async (fault, bytes, ended) => {
    using folder = new Folder(files(pattern(size)))
    const faults = createFaults()
    await using served = await applicationWith({ root: folder.path, live: true, faults })
    const armed = faults.arm({ fault, times: 1 })
    const headers = { range: `bytes=10000-${BIG}` }
    const response = await fetch(`${served.url}/f.ts`, { headers })
    rmSync(folder.at('f.ts.live'))
    const chunks: Uint8Array[] = []
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        chunks.push(chunk)
    } catch {}
    await faults.settled()
    const [entry] = armed.journal()
    expect(entry).toMatchObject({ outcome: 'injected', ended })
    const received = Buffer.concat(chunks)
    const want = readFileSync(folder.at('f.ts')).subarray(10_000, bytes === 'all' ? size : bytes)
    expect(received).toHaveLength(want.length)
    const differ = received.filter((byte, index) => byte !== want[index]).length
    expect(differ).toBe(fault.kind === 'corrupt' ? 1 : 0)
  })
})
