import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { get } from '../../src/cli/get.js'
import { AddedListeners } from '../fixture/added-listeners.js'
import { Folder, pattern } from '../fixture/files.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const CONTENT = pattern(100_000)

describe('get', () => {
  const home = process.cwd()
  const signals = ['SIGTERM', 'SIGINT'].map((name) => new AddedListeners(process, name))
  let folder: Folder
  let server: ScriptedServer
  let stdout: Buffer[]
  let ports: Set<number | undefined>
  beforeEach(async () => {
    folder = new Folder()
    process.chdir(folder.path)
    stdout = []
    ports = new Set()
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    server = await ScriptedServer.start((request, response) => {
      ports.add(request.socket.remotePort)
      if (request.url === '/none') return void response.writeHead(404).end()
      if (request.headers.range === 'bytes=0-0') {
        const range = `bytes 0-0/${CONTENT.length}`
        response.writeHead(206, { etag: '"a"', 'content-range': range, 'content-length': 1 })
        return void response.end(CONTENT.subarray(0, 1))
      }
      response.writeHead(200, { etag: '"a"', 'content-length': CONTENT.length })
      if (request.url === '/stall') response.write(CONTENT.subarray(0, 10))
      else response.end(CONTENT)
    })
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    for (const listeners of signals) listeners.remove()
    await server[Symbol.asyncDispose]()
    process.chdir(home)
    folder[Symbol.dispose]()
  })

  it('downloads one URL after the other, each to the name in it', async () => {
    await get([`${server.url}/a`, `${server.url}/b`], {})
    expect(readFileSync('a').equals(CONTENT)).toBe(true)
    expect(readFileSync('b').equals(CONTENT)).toBe(true)
  })

  it('sends the requests of all downloads over one connection', async () => {
    await get(
      ['a', 'b', 'c'].map((name) => `${server.url}/${name}`),
      {},
    )
    expect(server.requests.length).toBeGreaterThanOrEqual(3)
    expect(ports.size).toBe(1)
  })

  it('ends at the first failure, and keeps what was complete', async () => {
    const urls = ['a', 'none', 'b'].map((name) => `${server.url}/${name}`)
    await expect(get(urls, {})).rejects.toMatchObject({
      code: 'REFUSED',
      message: `${server.url}/none: Cannot download: the server responded with status 404`,
      facts: { status: 404 },
    })
    expect(readFileSync('a').equals(CONTENT)).toBe(true)
    expect(server.requests.map(({ url }) => url)).not.toContain('/b')
  })

  it('refuses wrong arguments before it requests anything', async () => {
    const urls = [`${server.url}/a`, `${server.url}/${'b'.repeat(300)}`]
    await expect(get(urls, {})).rejects.toMatchObject({ code: 'BAD_SETTING' })
    expect(server.requests).toHaveLength(0)
  })

  it('writes to stdout for -o -', async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest) => {
      stdout.push(Buffer.from(chunk as Uint8Array))
      const done = rest.find((each) => typeof each === 'function')
      if (done !== undefined) process.nextTick(done)
      return true
    })
    await get([`${server.url}/a`], { output: '-', quiet: true })
    expect(Buffer.concat(stdout).equals(CONTENT)).toBe(true)
  })

  it.each([
    ['keeps the received bytes', 'f', 'Interrupted: the received bytes are kept for the next run'],
    ['says that none are kept', '/dev/null', 'Interrupted: nothing is kept'],
    ['says that none are kept of stdout', '-', 'Interrupted: nothing is kept'],
  ])('ends at a signal, and %s', async (_what, output, message) => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const getting = get([`${server.url}/stall`], { output })
    const failing = expect(getting).rejects.toMatchObject({ code: 'CANCELLED', message })
    await expect.poll(() => server.requests).toHaveLength(1)
    process.emit('SIGINT', 'SIGINT')
    await failing
    expect(process.listenerCount('SIGINT')).toBe(signals[1]?.countBefore)
  })
})
