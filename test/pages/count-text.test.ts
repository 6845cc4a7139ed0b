import { describe, expect, it } from 'vitest'
import { countText } from '../../src/pages/count-text.js'

describe('countText', () => {
  it.each([
    [0, 0, '', 0, 'This folder is empty.'],
    [1, 0, '', 1, '1 folder'],
    [0, 1, '', 1, '1 file'],
    [2, 12_345, '', 12_347, '2 folders, 12,345 files'],
    [1, 2, 'a', 1_000, '3 of 1,000 names match'],
    [0, 0, 'a', 1, '0 of 1 name match'],
  ])(
    'of %d folders and %d files for the filter "%s" of %d names is %s',
    (folders, files, filter, total, text) => {
      expect(countText({ folders, files }, { filter, total })).toBe(text)
    },
  )
})
