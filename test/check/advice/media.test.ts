import { expect, it } from 'vitest'
import { isCompressed, isMedia, mediaTypeOf } from '../../../src/check/advice/media.js'
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

it.each([
  ['video/mp4', true],
  ['application/zip', true],
  ['application/x-gzip', true],
  ['application/x-7z-compressed', true],
  ['application/x-tar', false],
  ['application/json', false],
  ['image/svg+xml', false],
])('the bytes of the type %s are compressed by themselves: %s', (type, expected) => {
  expect(isCompressed(exchangeWith({ fields: { 'Content-Type': type } }))).toBe(expected)
})
