import { afterEach, expect, it, vi } from 'vitest'
import { createCheckProgress } from '../../src/cli/check-progress.js'
import { failure, resultOf } from '../fixture/check-results.js'

const { isTTY } = process.stderr
afterEach(() => {
  process.stderr.isTTY = isTTY
  vi.restoreAllMocks()
})

const BOUND = { requests: 9, bytes: 4 * 1024 ** 2 }
const plan = (write: (text: string) => void, mayGrow = false) => ({
  url: 'http://host/\u202ef',
  checks: 2,
  out: { write } as unknown as NodeJS.WriteStream,
  mayGrow,
})

it('announces in a line how much a run takes at most', async () => {
  process.stderr.isTTY = false
  const lines: string[] = []
  const write = (text: string) => void lines.push(text)
  for (const mayGrow of [false, true]) {
    const progress = await createCheckProgress(plan(write, mayGrow))
    progress.start(BOUND)
    progress.result(resultOf(failure()))
    progress.end()
  }
  expect(lines).toEqual([
    'Checking http://host/\\u202ef with at most 9 requests and 4 MiB.\n',
    'Checking http://host/\\u202ef with at most 9 requests and 4 MiB, or 1 % of a larger file.\n',
  ])
})

it('shows a person a bar on stderr, which is gone at the end', async () => {
  process.stderr.isTTY = true
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const progress = await createCheckProgress(plan(() => {}))
  progress.start(BOUND)
  progress.result(resultOf(failure()))
  progress.end()
  expect(printed).toHaveBeenCalled()
})
