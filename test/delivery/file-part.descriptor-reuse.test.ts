import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../src/native/bindings.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'

const FILES = 24
const SIZE = 1_500_000
const CONNECTIONS = inForm({ short: 1_000, long: 4_000 })
const AT_ONCE = 48

const contents = Array.from({ length: FILES }, (_, seed) => pattern(SIZE, seed + 1))

/** A pseudorandom generator of numbers in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A download of a file from byte `start`, which the client ends after `leaveAfter` bytes. */
interface Download {
  readonly file: number
  readonly start: number
  readonly leaveAfter: number
  readonly leave: 'end' | 'reset'
}

function drawDownload(random: () => number): Download {
  const isPatient = random() < 0.15
  return {
    file: Math.floor(random() * FILES),
    start: random() < 0.5 ? 0 : Math.floor(random() * 300_000),
    leaveAfter: isPatient ? SIZE : Math.floor(random() ** 2 * SIZE),
    leave: random() < 0.5 ? 'end' : 'reset',
  }
}

/**
 * Sends the request, compares each received byte, and disconnects. Resolves to a description of the first
 * wrong byte, or of an end that the client did not cause; undefined where there was none. The server
 * closes a connection early when bytes of a file were written into its request.
 */
function download(
  port: number,
  { file, start, leaveAfter, leave }: Download,
): Promise<string | undefined> {
  const expected = contents[file]?.subarray(start) ?? Buffer.alloc(0)
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    let head = ''
    let received = 0
    let hasLeft = false
    const compare = (chunk: Buffer) => {
      const part = expected.subarray(received, received + chunk.length)
      if (!part.equals(chunk)) {
        resolve(`file ${file}: foreign bytes at ${start + received}`)
        socket.destroy()
        return
      }
      received += chunk.length
      if (received === expected.length || received >= leaveAfter) {
        hasLeft = true
        if (leave === 'reset') socket.resetAndDestroy()
        else socket.destroy()
      }
    }
    socket.on('data', (chunk: Buffer) => {
      if (head.endsWith('\r\n\r\n')) return compare(chunk)
      const end = chunk.indexOf('\r\n\r\n')
      head += chunk.toString('latin1', 0, end === -1 ? chunk.length : end + 4)
      if (end !== -1 && !/^HTTP\/1\.1 20[06]/.test(head)) resolve(`file ${file}: ${head}`)
      if (end !== -1 && end + 4 < chunk.length) compare(chunk.subarray(end + 4))
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      resolve(hasLeft ? undefined : `file ${file}: ended after ${received} bytes, ${head}`)
    })
    const range = start > 0 ? `Range: bytes=${start}-\r\n` : ''
    socket.write(`GET /${file} HTTP/1.1\r\nHost: localhost\r\n${range}\r\n`)
  })
}

describe.each(['always', 'off'] as const)('With zero-copy %s', (zeroCopy) => {
  const isUnavailable = zeroCopy === 'always' && loadBindings().kind === 'none'
  const many = zeroCopy === 'always' ? CONNECTIONS : 500

  it.skipIf(isUnavailable)(
    'no connection receives a byte of another one while thousands are opened and closed',
    async () => {
      using folder = new Folder(Object.fromEntries(contents.entries()))
      await using served = await applicationWith({
        root: folder.path,
        zeroCopy,
        logLevel: 'silent',
      })
      const random = seededRandom(7)
      let begun = 0
      let foreign: string | undefined
      const worker = async () => {
        while (begun < many && foreign === undefined) {
          begun += 1
          const found = await download(served.port, drawDownload(random))
          foreign ??= found
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      expect(foreign).toBeUndefined()
      expect(begun).toBe(many)
      await expect.poll(() => served.app.transfers.running.size).toBe(0)
      await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    },
    60_000,
  )
})
