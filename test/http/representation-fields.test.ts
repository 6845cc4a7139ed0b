import { expect, it } from 'vitest'
import { isRepresentationField } from '../../src/http/representation-fields.js'

it.each([
  'etag',
  'last-modified',
  'accept-ranges',
  'cache-control',
  'cdn-cache-control',
  'surrogate-control',
  'expires',
  'age',
  'pragma',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'repr-digest',
])('%s describes a representation or its lifetime in a cache', (name) => {
  expect(isRepresentationField(name)).toBe(true)
})

it.each([
  'vary',
  'set-cookie',
  'retry-after',
  'www-authenticate',
  'allow',
  'location',
  'x-content-type-options',
  'access-control-allow-origin',
])('%s does not describe a representation, so an error response keeps it', (name) => {
  expect(isRepresentationField(name)).toBe(false)
})
