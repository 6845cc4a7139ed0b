import { expect, it } from 'vitest'
import { actsOnUploads } from '../../src/fault/acts-on-uploads.js'

it('faults act on the body of the request if one of them does', () => {
  expect(actsOnUploads([{ kind: 'chunked' }])).toBe(false)
  expect(actsOnUploads([{ kind: 'chunked' }, { kind: 'upload-reset' }])).toBe(true)
  expect(actsOnUploads([])).toBe(false)
})
