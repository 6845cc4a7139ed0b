import { once } from 'node:events'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { download } from '../../src/client/download/download.js'
import { resumableStream } from '../../src/client/index.js'
import { createFaults } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'

const OPTIONS = { live: true, retryFor: 20_000 } as const

describe('resumableStream with live', () => {
  it('reads a file until it is finished, through responses that are cut', async () => {
    using folder = new Folder({ 'show.ts': pattern(100_000), 'show.ts.live': '' })
    const faults = createFaults()
    await using served = await applicationWith({ root: folder.path, live: true, faults })
    faults.arm({ fault: { kind: 'truncate', at: 50_000 }, times: 1 })
    faults.arm({ fault: { kind: 'truncate', at: 150_000 }, times: 1 })
    const offsets: number[] = []
    const onEvent = (event: { type: string; offset?: number }) => {
      offsets.push(event.offset ?? -1)
      if (offsets.length === 1) appendFileSync(folder.at('show.ts'), pattern(100_000, 2))
      if (offsets.length === 2) rmSync(folder.at('show.ts.live'))
    }
    const { body, size } = await resumableStream(`${served.url}/show.ts`, { ...OPTIONS, onEvent })
    expect(size).toBeUndefined()
    const bytes = Buffer.from(await new Response(body).arrayBuffer())
    expect(bytes.equals(readFileSync(folder.at('show.ts')))).toBe(true)
    expect(offsets).toEqual([50_000, 150_000])
  })

  it('fails with REPRESENTATION_CHANGED if the file is rewritten', async () => {
    using folder = new Folder({ 'show.ts': pattern(100_000), 'show.ts.live': '' })
    await using served = await applicationWith({ root: folder.path, live: true })
    const { body } = await resumableStream(`${served.url}/show.ts`, OPTIONS)
    const reader = body.getReader()
    await reader.read()
    writeFileSync(folder.at('show.ts'), pattern(300_000, 3))
    const rest = (async () => {
      while (!(await reader.read()).done);
    })()
    await expect(rest).rejects.toMatchObject({ code: 'REPRESENTATION_CHANGED' })
  })

  it.each([
    ['of a server without live files', false],
    ['that is not live', true],
  ])('reads a file %s as it is', async (_case, live) => {
    using folder = new Folder({ 'a.ts': 'as it is', empty: '' })
    await using served = await applicationWith({ root: folder.path, live })
    const opened = await resumableStream(`${served.url}/a.ts`, OPTIONS)
    expect(opened.size).toBe(8)
    expect(await new Response(opened.body).text()).toBe('as it is')
    const empty = await resumableStream(`${served.url}/empty`, OPTIONS)
    expect(await new Response(empty.body).text()).toBe('')
  })

  it('asks a server again that does not keep the response open, and goes on after a proxy has ended it', async () => {
    const bytes = pattern(30)
    const requests: string[] = []
    const server = createServer(({ headers: { range = '' } }, response) => {
      requests.push(range)
      const start = Number(/\d+/.exec(range)?.[0])
      response.setHeader('etag', '"chain"')
      const open = `bytes ${start}-9007199254740991/*`
      const ranges: [string, Buffer][] = [
        ['bytes 0-9/*', bytes.subarray(0, 10)],
        [open, bytes.subarray(10, 20)],
        ['bytes 19-19/*', bytes.subarray(19, 20)],
        [open, bytes.subarray(20)],
        ['bytes 29-29/30', bytes.subarray(29)],
      ]
      const [contentRange, body] = ranges[requests.length - 1] ?? ['', Buffer.alloc(0)]
      response.writeHead(206, { 'content-range': contentRange })
      response.write(body)
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { body } = await resumableStream(url, OPTIONS)
    expect(Buffer.from(await new Response(body).arrayBuffer()).equals(bytes)).toBe(true)
    const big = 9007199254740991
    expect(requests).toEqual([
      `bytes=0-${big}`,
      `bytes=10-${big}`,
      'bytes=19-',
      `bytes=20-${big}`,
      'bytes=29-',
    ])
    server.close()
  })
})

describe('download with live', () => {
  it('continues the part file of a run that was stopped, also without the option, and is complete at the end', async () => {
    using folder = new Folder({ 'root/show.ts': pattern(3_000_000), 'root/show.ts.live': '' })
    await using served = await applicationWith({ root: folder.at('root'), live: true })
    const to = folder.at('copy.ts')
    const url = `${served.url}/show.ts`
    const stop = new AbortController()
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes === 3_000_000) stop.abort(new Error('stopped'))
    }
    const first = download(url, { ...OPTIONS, to, signal: stop.signal, onProgress })
    await expect(first).rejects.toThrow('stopped')
    appendFileSync(folder.at('root/show.ts'), 'the end')
    rmSync(folder.at('root/show.ts.live'))
    const { received, size, etag } = await download(url, { retryFor: 20_000, to })
    expect([received, size]).toEqual([7, 3_000_007])
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    expect(readFileSync(to).equals(readFileSync(folder.at('root/show.ts')))).toBe(true)
  })

  it('starts again without a byte of the earlier file if that was rewritten', async () => {
    using folder = new Folder({ 'root/show.ts': pattern(2_000_000), 'root/show.ts.live': '' })
    await using served = await applicationWith({ root: folder.at('root'), live: true })
    const to = folder.at('copy.ts')
    let rewritten = false
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes < 2_000_000 || rewritten) return
      rewritten = true
      writeFileSync(folder.at('root/show.ts'), pattern(2_500_000, 4))
      rmSync(folder.at('root/show.ts.live'))
    }
    await download(`${served.url}/show.ts`, { ...OPTIONS, to, onProgress })
    expect(readFileSync(to).equals(pattern(2_500_000, 4))).toBe(true)
  })
})
