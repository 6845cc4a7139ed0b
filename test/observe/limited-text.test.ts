import { expect, it } from 'vitest'
import { limitedText } from '../../src/observe/limited-text.js'

const escapeUnit = (unit: string) => (unit === 'é' ? '\\xE9' : unit)

it.each([
  ['short', 5, 'short'],
  ['longer', 5, 'longe...'],
  ['éé', 8, 'éé'],
  ['ééé', 8, 'éé...'],
  ['aéé', 8, 'aé...'],
  ['', 0, ''],
])('limitedText(%j, %i) is %j', (text, limit, expected) => {
  expect(limitedText(text, limit, escapeUnit)).toBe(expected)
})
