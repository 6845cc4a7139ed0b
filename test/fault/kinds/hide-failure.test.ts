import { describe, expect, it } from 'vitest'
import type { Chunks } from '../../../src/fault/fault.js'
import { InjectedEnding } from '../../../src/fault/injected-ending.js'
import { hideFailure } from '../../../src/fault/kinds/hide-failure.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

async function* failing(chunks: Chunks, error: Error) {
  yield* chunks
  throw error
}

async function sent(chunks: Chunks, length: number | undefined) {
  const scene = sceneOf({ length })
  const { chunks: parts, error } = await readBody(
    hideFailure.body?.({ kind: 'hide-failure' }, chunks, scene),
  )
  return { bytes: parts.flat(), error, fired: scene.fired }
}

describe('The fault hide-failure', () => {
  it('sends zeros for the rest of a body whose source fails', async () => {
    const { bytes, error, fired } = await sent(failing(bytesIn(2, 2), new Error('EIO')), 100_000)
    expect(bytes.slice(0, 6)).toEqual([0, 1, 2, 3, 0, 0])
    expect([bytes.length, error, fired]).toEqual([100_000, undefined, 1])
  })

  it('ends a body of unknown length where its source fails', async () => {
    const { bytes, fired } = await sent(failing(bytesIn(3), new Error('EIO')), undefined)
    expect([bytes, fired]).toEqual([[0, 1, 2], 1])
  })

  it('does not act on a body whose source does not fail', async () => {
    expect(await sent(bytesIn(3), 3)).toEqual({ bytes: [0, 1, 2], error: undefined, fired: 0 })
  })

  it('leaves the ending of another fault as it is', async () => {
    const ending = new InjectedEnding({ kind: 'cut' })
    const { bytes, error, fired } = await sent(failing(bytesIn(3), ending), 10)
    expect([bytes, error, fired]).toEqual([[0, 1, 2], ending, 0])
  })
})
