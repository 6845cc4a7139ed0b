import { expect, it } from 'vitest'
import { inColour, plain } from '../../../src/check/report/text-style.js'

it('a colour ends behind its text', () => {
  expect(inColour('red', 'x')).toBe('\u001b[31mx\u001b[39m')
  expect(plain('red', 'x')).toBe('x')
})
