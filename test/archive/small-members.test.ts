import { expect, it } from 'vitest'
import { MemberIndex } from '../../src/archive/member-index.js'
import { SmallMembers } from '../../src/archive/small-members.js'
import type { Slice } from '../../src/http/byte-range.js'

const { signal } = new AbortController()

/** Members of these sizes, of which one fails to open. */
function scene(sizes: readonly number[], broken?: number) {
  const members = new MemberIndex()
  for (const size of sizes) {
    members.add({ name: 'a', kind: 'file', key: 'a', size, lastModified: 0, mode: 0 })
  }
  const opened: number[] = []
  const state = { open: 0, most: 0 }
  const small = new SmallMembers(
    members,
    sizes.length,
    async (index) => {
      opened.push(index)
      if (index === broken) throw new Error(`member ${index} has changed`)
      state.open += 1
      state.most = Math.max(state.most, state.open)
      return {
        facts: { name: 'a', contentType: undefined, size: sizes[index] ?? 0 },
        async *read({ start, end }: Slice) {
          await new Promise(setImmediate)
          for (let at = start; at < end; at += 10) {
            yield Buffer.alloc(Math.min(10, end - at), index)
          }
        },
        close: async () => {
          state.open -= 1
        },
      }
    },
    signal,
  )
  return { small, opened, state }
}

it('Small members are read whole, and a few before they are needed', async () => {
  const { small, opened, state } = scene(Array.from({ length: 20 }, (_, index) => 15 + index))
  expect((await small.take(0)).equals(Buffer.alloc(15, 0))).toBe(true)
  expect(opened).toEqual([0, 1, 2, 3, 4, 5])
  for (let index = 1; index < 20; index += 1) {
    expect((await small.take(index)).equals(Buffer.alloc(15 + index, index))).toBe(true)
  }
  expect(state).toEqual({ open: 0, most: 6 })
  expect(opened).toHaveLength(20)
})

it('Empty and large members are not read before they are needed', async () => {
  const { small, opened } = scene([5, 0, 100_000, 5])
  await small.take(0)
  expect(opened).toEqual([0, 3])
  expect([0, 1, 2, 3].map((index) => small.isSmall(index))).toEqual([true, false, false, true])
})

it('A member that fails does so where it is needed, and not before', async () => {
  const { small } = scene([5, 5, 5], 2)
  await small.take(0)
  await new Promise(setImmediate)
  await small.take(1)
  await expect(small.take(2)).rejects.toThrow('member 2 has changed')
})
