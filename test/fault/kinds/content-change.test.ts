import { describe, expect, it } from 'vitest'
import type { Version } from '../../../src/fault/fault.js'
import { type ContentChange, contentChange } from '../../../src/fault/kinds/content-change.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

const version: Version = {
  etag: '"a"',
  lastModified: 90_000,
  digests: 'sent',
  read: () => bytesIn(2),
}
const { signal } = new AbortController()

function select(fault: Omit<ContentChange, 'kind'>, scene = sceneOf()): Version {
  return contentChange.select?.({ kind: 'content-change', ...fault }, version, scene) ?? version
}

const bytesOf = async (selected: Version) =>
  (await readBody(selected.read({ start: 0, end: 2 }, signal))).chunks

describe('The fault content-change', () => {
  it('replaces bytes and validators, and withholds digests', async () => {
    const scene = sceneOf()
    const selected = select({}, scene)
    expect(selected).toMatchObject({ digests: 'withheld', lastModified: 89_000 })
    expect(selected.etag).toMatch(/^"[\w-]{22}"$/)
    expect(scene.fired).toBe(1)
    expect(await bytesOf(selected)).toEqual([[1, 0]])
  })

  it('keeps validators and digests with etag: kept, and acts when bytes are read', async () => {
    const scene = sceneOf()
    const selected = select({ etag: 'kept' }, scene)
    expect(selected).toMatchObject({ etag: '"a"', lastModified: 90_000, digests: 'sent' })
    expect(scene.fired).toBe(0)
    expect(await bytesOf(selected)).toEqual([[1, 0]])
    expect(scene.fired).toBe(1)
  })

  it.each([
    [{}, 1, [1, 0]],
    [{}, 2, [2, 3]],
    [{}, 255, [255, 254]],
    [{}, 256, [1, 0]],
    [{ version: 2 }, 7, [2, 3]],
  ])(
    'of %j at attempt %i sends %j: a number of the version always changes the bytes',
    async (fault, attempt, bytes) => {
      expect(await bytesOf(select(fault, sceneOf({ attempt })))).toEqual([bytes])
    },
  )

  it('has different validators for each version, and equal ones for equal versions', () => {
    const etags = [1, 2, 3].map((attempt) => select({}, sceneOf({ attempt })).etag)
    expect(new Set(etags).size).toBe(3)
    expect(select({ version: 3 }).etag).toBe(etags[2])
  })
})
