import { describe, expect, it } from 'vitest'
import {
  formatFinished,
  formatHead,
  formatPrefix,
  parseFinished,
  parseHead,
  parseKey,
  parsePrefix,
} from '../../../src/source/live/chain-record.js'

const TAG = `"${'a'.repeat(22)}"`
const OTHER = `"${'b'.repeat(22)}"`
const DIGEST = 'x'.repeat(43)
const prefix = { length: 9_007_199_254_740_991, digest: DIGEST }
const finished = { tag: TAG, length: 5, digest: DIGEST, entityTag: '"e"' }

it('every text of a prefix has the same length, so that one replaces another completely', () => {
  expect(formatPrefix(TAG, prefix)).toHaveLength(256)
  expect(formatPrefix(TAG, { length: 0, digest: DIGEST })).toHaveLength(256)
})

describe('records', () => {
  it('are read as they were written', () => {
    expect(parsePrefix(formatPrefix(TAG, prefix), TAG)).toEqual(prefix)
    expect(parseHead(formatHead(TAG, 'a/b.ts'))).toBe(TAG)
    expect(parseKey(formatHead(TAG, 'a/b.ts'))).toBe('a/b.ts')
    expect(parseKey('damaged')).toBeUndefined()
    expect(parseFinished(formatFinished(finished), TAG)).toEqual(finished)
  })

  it('of another chain are not read', () => {
    expect(parsePrefix(formatPrefix(TAG, prefix), OTHER)).toBeUndefined()
    expect(parseFinished(formatFinished(finished), OTHER)).toBeUndefined()
  })

  it('that are torn or changed are not read', () => {
    const text = formatPrefix(TAG, { length: 10, digest: DIGEST })
    for (const torn of [
      '',
      text.slice(0, 60),
      text.replace('10', '11'),
      `${text.slice(0, 20)}\0`,
    ]) {
      expect(parsePrefix(torn, TAG)).toBeUndefined()
    }
    expect(parseHead(formatHead('"short"', 'k'))).toBeUndefined()
    expect(parseHead('null')).toBeUndefined()
  })
})
