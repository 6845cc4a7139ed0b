import { expect, it } from 'vitest'
import { isMedia, mediaTypeOf } from '../../../src/check/advice/media.js'
import { exchangeWith } from '../../fixture/exchange.js'

it.each([
  ['video/mp4', 'video/mp4', true],
  ['Audio/OGG; codecs=opus', 'audio/ogg', true],
  ['text/plain;charset=utf-8', 'text/plain', false],
  ['application/octet-stream', 'application/octet-stream', false],
  [undefined, '', false],
])('the Content-Type %s is of type %s, and media: %s', (field, type, expected) => {
  const exchange = exchangeWith({ fields: { 'Content-Type': field } })
  expect(mediaTypeOf(exchange)).toBe(type)
  expect(isMedia(exchange)).toBe(expected)
})
