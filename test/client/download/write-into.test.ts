import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { createServer, type Server, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadOptions, download } from '../../../src/client/index.js'
import { Folder, pattern } from '../../fixture/files.js'
import { type Script, ScriptedServer, serve } from '../../fixture/scripted-server.js'
import { sha256 } from '../../fixture/sha256.js'

const CONTENT = pattern(3_000_000)
const ETAG = { etag: '"v1"' }
const CUT = 1_000_000

let folder: Folder
beforeEach(() => {
  folder = new Folder()
})
afterEach(() => folder[Symbol.dispose]())

/** Downloads from a server that runs this script at each request. */
async function get(to: string, script: Script = serve(CONTENT, ETAG, { cut: CUT }), options = {}) {
  await using server = await ScriptedServer.start(script)
  const all: DownloadOptions = { to, retryFor: 2000, ...options }
  const outcome = await download(`${server.url}/f`, all).then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  )
  return { ...outcome, requests: server.requests }
}

/** A device in a folder of the test, so that no failure can replace one of the system. */
function device(name: string, minor: number): string | undefined {
  try {
    execFileSync('mknod', [folder.at(name), 'c', '1', `${minor}`], { stdio: 'ignore' })
    return folder.at(name)
  } catch {
    return undefined
  }
}

function fifo(): string {
  execFileSync('mkfifo', [folder.at('fifo')])
  return folder.at('fifo')
}

/** Opens the reading end of a FIFO. */
function readerOf(path: string): { socket: Socket; bytes: Promise<Buffer> } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const socket = new Socket({ fd, readable: true, writable: false })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => void chunks.push(chunk))
  return { socket, bytes: once(socket, 'end').then(() => Buffer.concat(chunks)) }
}

describe('A download to a device', () => {
  it('writes into it, resumes a response that breaks off, and leaves nothing else', async (test) => {
    const path = device('null', 3)
    if (path === undefined) return test.skip()
    const progress: unknown[] = []
    const { result, requests } = await get(path, undefined, {
      onProgress: (each: unknown) => void progress.push(each),
      checksum: sha256(CONTENT),
    })
    expect(result).toMatchObject({ size: CONTENT.length, received: CONTENT.length })
    expect(result?.verified).toHaveLength(1)
    expect(requests[1]?.headers).toMatchObject({ 'if-match': '"v1"' })
    expect(progress.at(-1)).toEqual({ bytes: CONTENT.length, size: CONTENT.length })
    expect(readdirSync(folder.path)).toEqual(['null'])
    expect(lstatSync(path).isCharacterDevice()).toBe(true)
  })

  it('fails with the code of the system where it is full, and leaves it', async (test) => {
    const path = device('full', 7)
    if (path === undefined) return test.skip()
    const { error } = await get(path)
    expect(error).toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringMatching(/^Cannot write to .*full: ENOSPC/),
      facts: { path, code: 'ENOSPC' },
    })
    expect(lstatSync(path).isCharacterDevice()).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['full'])
  })

  it('reports wrong bytes at the end, which it can not take back', async (test) => {
    const path = device('null', 3)
    if (path === undefined) return test.skip()
    const checksum = { algorithm: 'sha-256', hex: '0'.repeat(64) }
    expect((await get(path, undefined, { checksum })).error).toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
  })

  it('refuses several connections before it requests anything', async () => {
    const { error, requests } = await get('/dev/null', undefined, { connections: 2 })
    expect(error).toMatchObject({
      code: 'BAD_SETTING',
      facts: { setting: 'connections', received: 2 },
    })
    expect(requests).toEqual([])
  })
})

describe('A download to a FIFO', () => {
  it('writes the bytes to its reader, also to one that comes later, and keeps the FIFO', async () => {
    const path = fifo()
    symlinkSync('fifo', folder.at('link'))
    const getting = get(folder.at('link'))
    const reader = readerOf(path)
    expect((await getting).result).toMatchObject({ size: CONTENT.length })
    expect((await reader.bytes).equals(CONTENT)).toBe(true)
    expect(lstatSync(path).isFIFO()).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['fifo', 'link'])
  })

  it('passes a response of unknown length and an empty one', async () => {
    for (const content of [CONTENT.subarray(0, 5), Buffer.alloc(0)]) {
      using own = new Folder()
      execFileSync('mkfifo', [own.at('fifo')])
      const reader = readerOf(own.at('fifo'))
      await get(own.at('fifo'), (_request, response) => {
        response.writeHead(200)
        response.flushHeaders()
        response.end(content)
      })
      expect((await reader.bytes).equals(content)).toBe(true)
    }
  })

  it('fails with EPIPE when its reader leaves', async () => {
    const path = fifo()
    const { socket } = readerOf(path)
    socket.once('data', () => socket.destroy())
    const { error } = await get(path)
    expect(error).toMatchObject({ code: 'DISK_FAILED', facts: { path, code: 'EPIPE' } })
    expect(lstatSync(path).isFIFO()).toBe(true)
  })

  it('keeps the FIFO when the server refuses', async () => {
    const path = fifo()
    const reader = readerOf(path)
    const { error } = await get(path, (_request, response) => response.writeHead(404).end())
    expect(error).toMatchObject({ code: 'REFUSED' })
    expect(await reader.bytes).toHaveLength(0)
    expect(lstatSync(path).isFIFO()).toBe(true)
  })

  it('ends with its signal while there is no reader, and while the reader does not read', async () => {
    const path = fifo()
    const waiting = new AbortController()
    const noReader = get(path, undefined, { signal: waiting.signal })
    waiting.abort(new Error('no reader'))
    expect((await noReader).error).toMatchObject({ message: 'no reader' })

    const { socket } = readerOf(path)
    socket.pause()
    const stalled = new AbortController()
    let written = 0
    const notRead = get(path, serve(pattern(8_000_000), ETAG), {
      signal: stalled.signal,
      onProgress: () => {
        written += 1
      },
    })
    await expect.poll(() => written).toBeGreaterThan(0)
    stalled.abort(new Error('not read'))
    expect((await notRead).error).toMatchObject({ message: 'not read' })
    socket.destroy()
  })
})

describe('A download to a Unix socket', () => {
  let server: Server
  afterEach(() => void server.close())

  it('writes the bytes to the program that listens there', async () => {
    const path = folder.at('socket')
    const chunks: Buffer[] = []
    server = createServer((socket) => socket.on('data', (chunk) => void chunks.push(chunk)))
    await once(server.listen(path), 'listening')
    const ended = once(server, 'connection').then(([socket]) => once(socket, 'end'))
    expect((await get(path)).result).toMatchObject({ size: CONTENT.length })
    await ended
    expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true)
    expect(lstatSync(path).isSocket()).toBe(true)
  })

  it('fails where nothing listens, and keeps the socket', async () => {
    const path = folder.at('socket')
    execFileSync('python3', [
      ...['-c', 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])', path],
    ])
    const { error, requests } = await get(path)
    expect(error).toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringMatching(/^Cannot connect to .*ECONNREFUSED/),
    })
    expect(requests).toEqual([])
    expect(lstatSync(path).isSocket()).toBe(true)
  })
})

describe('A download to an open descriptor', () => {
  it('writes at its position, and leaves it open', async () => {
    const descriptor = openSync(folder.at('f'), 'w+')
    writeSync(descriptor, 'before ')
    await get(`/proc/self/fd/${descriptor}`)
    writeSync(descriptor, ' after')
    closeSync(descriptor)
    const bytes = readFileSync(folder.at('f'))
    expect(
      bytes.equals(Buffer.concat([Buffer.from('before '), CONTENT, Buffer.from(' after')])),
    ).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['f'])
  })

  it('fails for one that is closed, before it requests anything', async () => {
    const { error, requests } = await get('/dev/fd/12345')
    expect(error).toMatchObject({ code: 'DISK_FAILED', facts: { code: 'EBADF' } })
    expect(requests).toEqual([])
  })
})

describe('A download to a symbolic link', () => {
  it.each(['absent', 'present'])('writes the file that it leads to, which is %s', async (state) => {
    if (state === 'present') folder.write('real/f', 'old')
    else folder.write('real/g', '')
    symlinkSync('real/f', folder.at('link'))
    expect((await get(folder.at('link'))).error).toBeUndefined()
    expect(readlinkSync(folder.at('link'))).toBe('real/f')
    expect(readFileSync(folder.at('real/f')).equals(CONTENT)).toBe(true)
    expect(readdirSync(folder.path).sort()).toEqual(['link', 'real'])
  })

  it('resumes the part file of the file that it leads to', async () => {
    folder.write('real/f', 'old')
    symlinkSync('real/f', folder.at('link'))
    await using server = await ScriptedServer.start(serve(CONTENT, ETAG, { cut: CUT }))
    const url = `${server.url}/f`
    const stop = new AbortController()
    const onProgress = () => stop.abort(new Error('stopped'))
    const first = { to: folder.at('link'), signal: stop.signal, onProgress }
    await expect(download(url, first)).rejects.toThrow('stopped')
    expect(readFileSync(folder.at('real/f'), 'utf8')).toBe('old')
    const { received, size } = await download(url, { to: folder.at('real/f') })
    expect(received).toBeLessThan(size)
    expect(readFileSync(folder.at('link')).equals(CONTENT)).toBe(true)
  })
})

describe('A download to a long name', () => {
  it.each([
    ['a', 1],
    ['é', 1],
    ['日', 4],
    ['🎬', 1],
  ])(
    'of 255 bytes of %s is resumed and completed, with %i connections',
    async (character, connections) => {
      const fill = Math.floor(255 / Buffer.byteLength(character))
      const name = character.repeat(fill) + 'x'.repeat(255 - fill * Buffer.byteLength(character))
      const stop = new AbortController()
      await using server = await ScriptedServer.start(serve(CONTENT, ETAG, { cut: CUT }))
      const options = { to: folder.at(name), connections }
      const first = {
        ...options,
        signal: stop.signal,
        onProgress: () => stop.abort(new Error('stop')),
      }
      await expect(download(`${server.url}/f`, first)).rejects.toThrow('stop')
      expect(readdirSync(folder.path)).toHaveLength(2)
      const { received, size } = await download(`${server.url}/f`, options)
      expect(received).toBeLessThan(size)
      expect(readdirSync(folder.path)).toEqual([name])
      expect(readFileSync(folder.at(name)).equals(CONTENT)).toBe(true)
    },
  )

  it('whose beginning another one has is a download of its own', async () => {
    const names = ['1', '2'].map((end) => `${'n'.repeat(254)}${end}`)
    await using server = await ScriptedServer.start(serve(CONTENT, ETAG))
    await Promise.all(
      names.map((name) => download(`${server.url}/${name}`, { to: folder.at(name) })),
    )
    expect(readdirSync(folder.path).sort()).toEqual(names)
  })
})
