import { describe, expect, it } from 'vitest'
import { ignoreRange } from '../../../src/fault/kinds/ignore-range.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault ignore-range', () => {
  it.each([
    [{ range: 'bytes=0-9', 'if-range': '"a"', accept: '*/*' }, { accept: '*/*' }, 1],
    [{ 'if-range': '"a"', accept: '*/*' }, { 'if-range': '"a"', accept: '*/*' }, 0],
  ])('handles a request with %j as one with %j', (fields, expected, fired) => {
    const scene = sceneOf()
    expect(ignoreRange.fields?.({ kind: 'ignore-range' }, fields, scene)).toEqual(expected)
    expect(scene.fired).toBe(fired)
  })
})
