import { expect, it } from 'vitest'
import { chosenForm } from '../../src/admin/chosen-form.js'

it.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['application/json', 'json'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'page'],
  ['text/html;q=0.1, application/json', 'json'],
  ['application/json;q=0.5, text/html', 'page'],
  ['text/event-stream', 'events'],
  ['text/event-stream, */*;q=0.1', 'events'],
  ['image/png', 'json'],
  ['', 'json'],
] as const)('chosenForm of Accept %s is %s', (accept, form) => {
  expect(chosenForm(accept)).toBe(form)
})
