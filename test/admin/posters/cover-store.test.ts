import { describe, expect, it } from 'vitest'
import { CoverStore } from '../../../src/admin/posters/cover-store.js'
import { JPEG, mp3WithCovers } from '../../fixture/covers.js'

/** A file that counts the reads which run at the same time. */
function song(etag: string | undefined, bytes = mp3WithCovers({ kind: 3, picture: JPEG })) {
  const state = { reads: 0 }
  const read = async function* ({ start, end }: { start: number; end: number }) {
    state.reads += 1
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    yield bytes.subarray(start, end)
  }
  const facts = { name: 'a.mp3', contentType: undefined, size: bytes.length, etag }
  return { state, representation: { facts, read } }
}
let running = 0
let most = 0
const client = { address: '127.0.0.1', signal: new AbortController().signal }

describe('CoverStore', () => {
  it('reads a version once', async () => {
    const store = new CoverStore()
    const { state, representation } = song('"1"')
    const first = await store.find('a.mp3', representation, client)
    expect(first?.contentType).toBe('image/jpeg')
    expect(await store.find('a.mp3', representation, client)).toBe(first)
    expect(state.reads).toBe(1)
    const changed = song('"2"', Buffer.from('none'))
    expect(await store.find('a.mp3', changed.representation, client)).toBeUndefined()
    const { reads } = changed.state
    expect(await store.find('a.mp3', changed.representation, client)).toBeUndefined()
    expect(changed.state.reads, 'a file without a cover is known as such').toBe(reads)
  })

  it('keeps nothing of a file whose versions cannot be told apart', async () => {
    const store = new CoverStore()
    const { state, representation } = song(undefined)
    await store.find('a.mp3', representation, client)
    await store.find('a.mp3', representation, client)
    expect(state.reads).toBe(2)
  })

  it('reads two files at a time', async () => {
    const store = new CoverStore()
    most = 0
    const finds = Array.from({ length: 20 }, (_, index) =>
      store.find(`${index}`, song(`"${index}"`).representation, {
        ...client,
        signal: new AbortController().signal,
      }),
    )
    expect((await Promise.all(finds)).filter(Boolean)).toHaveLength(20)
    expect(most).toBe(2)
  })

  it('ends with the reason of the signal of its request', async () => {
    const reason = new Error('gone')
    const gone = { ...client, signal: AbortSignal.abort(reason) }
    const finding = new CoverStore().find('a.mp3', song('"1"').representation, gone)
    await expect(finding).rejects.toBe(reason)
  })
})
