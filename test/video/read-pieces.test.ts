import { describe, expect, it } from 'vitest'
import { PIECE, readPieces } from '../../src/video/read-pieces.js'
import { pattern } from '../fixture/files.js'
import { MemoryTransport, serveRange } from '../fixture/memory-transport.js'

const SIZE = 2 * PIECE + 10
const CONTENT = pattern(SIZE)
const VERSION = { validator: { kind: 'strong', etag: '"v1"' }, size: SIZE } as const

type Reply = ConstructorParameters<typeof MemoryTransport>[0]

const ranged: Reply = (request) => serveRange(CONTENT, '"v1"', request)
const whole: Reply = (request) =>
  serveRange(CONTENT, '"v1"', { ...request, fields: { 'if-match': '"v1"' } })

async function read(start: number, end: number, ranges?: 'none', respond = ranged) {
  const transport = new MemoryTransport(respond)
  const policy = { ...transport.policy(), pin: 'if-match' as const }
  const chunks: Uint8Array[] = []
  const signal = new AbortController().signal
  for await (const chunk of readPieces({ ...VERSION, ranges }, { start, end }, policy, signal)) {
    chunks.push(chunk)
  }
  const requested = transport.requests.map(({ fields }) => fields.range)
  return { bytes: Buffer.concat(chunks), requested, openBodies: transport.openBodies }
}

describe('A read in pieces', () => {
  it.each([
    [0, 2, ['bytes=0-1']],
    [5, PIECE + 5, [`bytes=5-${PIECE + 4}`]],
    [0, SIZE, [`bytes=0-${PIECE - 1}`, `bytes=${PIECE}-${2 * PIECE - 1}`, `bytes=${2 * PIECE}-`]],
    [SIZE - 1, SIZE, [`bytes=${SIZE - 1}-`]],
    [7, 7, []],
  ])('of the bytes %i to %i requests each once', async (start, end, expected) => {
    const { bytes, requested, openBodies } = await read(start, end)
    expect(requested).toEqual(expected)
    expect(bytes.equals(CONTENT.subarray(start, end))).toBe(true)
    expect(openBodies).toBe(0)
  })

  it('is one request where the server has no ranges: each would be answered with all bytes', async () => {
    const { bytes, requested } = await read(0, SIZE, 'none')
    expect(requested).toEqual(['bytes=0-'])
    expect(bytes.equals(CONTENT)).toBe(true)
  })

  it('is two requests where the server turns out to have no ranges, however long the file is', async () => {
    const { bytes, requested, openBodies } = await read(3, SIZE, undefined, whole)
    expect(requested).toEqual([`bytes=3-${PIECE + 2}`, `bytes=${PIECE + 3}-`])
    expect(bytes.equals(CONTENT.subarray(3))).toBe(true)
    expect(openBodies).toBe(0)
  })
})
