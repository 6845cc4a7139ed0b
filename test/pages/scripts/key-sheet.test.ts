import { expect, it } from 'vitest'
import { keySheet } from '../../../src/pages/scripts/key-sheet.js'

it('keySheet lists keys and their effects, escaped', () => {
  expect(keySheet([['j <', 'next & more']])).toBe(
    '<h2 id="keys">Keys</h2><dl><dt><kbd>j</kbd> <kbd>&#60;</kbd></dt><dd>next &#38; more</dd></dl>' +
      '<form method="dialog"><button>Close</button></form>',
  )
})
