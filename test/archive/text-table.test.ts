import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TextTable } from '../../src/archive/text-table.js'

it('A table has the texts that were added, in their order', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 500 })
  fc.assert(
    fc.property(texts, (all) => {
      const table = new TextTable()
      for (const each of all) table.add(each)
      expect(table.count).toBe(all.length)
      expect(all.map((_, index) => table.text(index))).toEqual(all)
      expect(all.map((_, index) => Buffer.from(table.bytes(index)).toString())).toEqual(all)
    }),
  )
})

it('A table of 100,000 names takes their bytes and a few more', () => {
  const table = new TextTable()
  for (let index = 0; index < 100_000; index += 1) table.add(`folder/name ${index}.txt`)
  expect(table.text(99_999)).toBe('folder/name 99999.txt')
  expect(table.capacity).toBeLessThan(2 * 100_000 * (22 + 8))
})
