import { expect, it, vi } from 'vitest'
import { closeOpened, type Opened, type PassedAnswer } from '../../src/source/byte-source.js'
import type { Representation } from '../../src/source/representation.js'

const close = vi.fn(async () => {})
const representation = { close } as unknown as Representation
const answer = { close } as unknown as PassedAnswer

it.each<[string, Opened, number]>([
  ['closes a representation', { kind: 'representation', representation }, 1],
  ['closes a response that is passed on', { kind: 'answered', answer }, 1],
  ['closes the response that reported the absence', { kind: 'absent', answer }, 1],
  ['has nothing to close of an absent key', { kind: 'absent' }, 0],
  ['has nothing to close of a directory', { kind: 'directory' }, 0],
  ['has nothing to close of a refused key', { kind: 'refused', reason: 'no' }, 0],
])('closeOpened %s', async (_case, opened, calls) => {
  close.mockClear()
  await closeOpened(opened)
  expect(close).toHaveBeenCalledTimes(calls)
})
