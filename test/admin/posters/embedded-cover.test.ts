import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCover } from '../../../src/admin/posters/embedded-cover.js'
import { flacWithCover, JPEG, mp3WithCovers, mp4WithCover, PNG } from '../../fixture/covers.js'

/** A file that counts the bytes that are read. */
function file(name: string, bytes: Uint8Array, size = bytes.byteLength) {
  const state = { read: 0 }
  const read = async function* ({ start, end }: { start: number; end: number }) {
    state.read += end - start
    const chunk = Buffer.alloc(end - start)
    Buffer.from(bytes).copy(chunk, 0, start)
    yield chunk
  }
  return { state, representation: { facts: { name, contentType: undefined, size }, read } }
}
const { signal } = new AbortController()

describe('readCover', () => {
  it.each([
    ['a.mp3', mp3WithCovers({ kind: 3, picture: JPEG }), 'image/jpeg', JPEG],
    ['a.flac', flacWithCover(PNG), 'image/png', PNG],
    ['a.m4a', mp4WithCover(JPEG), 'image/jpeg', JPEG],
    ['a.MP4', mp4WithCover(PNG, 1000), 'image/png', PNG],
  ])('finds the cover of %s', async (name, bytes, contentType, picture) => {
    const cover = await readCover(file(name, bytes).representation, signal)
    expect(cover?.contentType).toBe(contentType)
    expect(Buffer.from(cover?.bytes ?? []).equals(picture)).toBe(true)
  })

  it('prefers the front cover', async () => {
    const covers = [
      { kind: 4, picture: PNG },
      { kind: 3, picture: JPEG },
    ]
    const { representation } = file('a.mp3', mp3WithCovers(...covers))
    expect((await readCover(representation, signal))?.contentType).toBe('image/jpeg')
  })

  it('takes another picture where there is no front cover', async () => {
    const { representation } = file('a.mp3', mp3WithCovers({ kind: 4, picture: PNG }))
    expect((await readCover(representation, signal))?.contentType).toBe('image/png')
  })

  it('skips the samples of a video of 10 MB without reading them', async () => {
    const { state, representation } = file('a.mp4', mp4WithCover(JPEG, 10_000_000))
    expect(await readCover(representation, signal)).toBeDefined()
    expect(state.read).toBeLessThan(200_000)
  })

  it.each([
    [
      'a script as picture',
      'a.mp3',
      mp3WithCovers({ kind: 3, picture: Buffer.from('<svg onload=x>') }),
    ],
    ['no picture', 'a.mp4', mp4WithCover(Buffer.alloc(0))],
    ['another format than its name says', 'a.mp4', flacWithCover(PNG)],
    ['nothing', 'a.mkv', Buffer.alloc(0)],
    ['zeros', 'a.mp3', Buffer.alloc(300_000)],
    ['an unknown extension', 'a.xyz', Buffer.from('text')],
  ])('is undefined for a file with %s', async (_what, name, bytes) => {
    expect(await readCover(file(name, bytes).representation, signal)).toBeUndefined()
  })

  it('reads at most 16 MiB of a file without end', async () => {
    const { state, representation } = file(
      'a.mp3',
      Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f'),
      1e12,
    )
    expect(await readCover(representation, signal)).toBeUndefined()
    expect(state.read).toBeLessThanOrEqual(16 * 1024 * 1024)
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('gone')
    const { representation } = file('a.mp3', mp3WithCovers({ kind: 3, picture: JPEG }))
    await expect(readCover(representation, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('never fails and never reads beyond its bounds, however a file is changed', async () => {
    const files = [
      ['a.mp3', mp3WithCovers({ kind: 3, picture: JPEG })],
      ['a.flac', flacWithCover(PNG)],
      ['a.mp4', mp4WithCover(JPEG)],
      ['a.mkv', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381', 'hex')],
    ] as const
    const change = fc.tuple(fc.nat(), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        async ([name, original], changes) => {
          const bytes = Buffer.from(original)
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          const { state, representation } = file(name, bytes)
          await readCover(representation, signal)
          expect(state.read).toBeLessThanOrEqual(16 * 1024 * 1024)
        },
      ),
      { numRuns: 300 },
    )
  })
})
