import { expect, it } from 'vitest'
import { asFolder, withoutNested } from '../../src/archive/selection.js'

const selected = (...names: string[]) => names.map((name) => ({ key: `films/${name}`, name }))

it.each([
  ['', ''],
  ['a', 'a/'],
  ['a/', 'a/'],
])('The folder %j is %j', (path, folder) => {
  expect(asFolder(path)).toBe(folder)
})

it('What lies in a folder before it is left out, and what has its name as a prefix is not', () => {
  const kept = withoutNested(selected('a', 'a', 'b/', 'b/', 'b/c', 'b/d/', 'b0', 'c', 'c.txt'))
  expect(kept).toEqual(selected('a', 'b/', 'b0', 'c', 'c.txt'))
  expect(withoutNested(selected('', 'a', 'b/'))).toEqual(selected(''))
})

it.each([
  [
    [
      { key: 'a', name: 'x' },
      { key: 'e', name: 'x' },
    ],
    'x',
  ],
  [
    [
      { key: 'b/', name: 'x/' },
      { key: 'e', name: 'x/y' },
    ],
    'x/y',
  ],
  [
    [
      { key: 'a/', name: '' },
      { key: 'b/', name: '' },
    ],
    '',
  ],
])('Two of %j with one name throw', (selections, name) => {
  expect(() => withoutNested(selections)).toThrow(`received two for ${JSON.stringify(name)}`)
})
