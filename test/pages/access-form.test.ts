import { expect, it } from 'vitest'
import { accessForm } from '../../src/pages/access-form.js'

it('accessForm is hidden until a script shows it, and never sends the token in a URL', () => {
  const form = accessForm('the <transfers>')
  expect(form).toContain('<form id="access" hidden>')
  expect(form).toContain('the &#60;transfers&#62;')
  expect(form).toMatch(/<label for="token">Token<\/label> <input id="token" type="password"/)
  // A field without a name isn't submitted, whatever happens to the script.
  expect(form).not.toContain(' name=')
})
