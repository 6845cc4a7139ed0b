import { expect, it } from 'vitest'
import {
  isResume,
  listText,
  requestedStart,
  sentStart,
} from '../../../src/testing/expectations/requested-range.js'
import { requestEntry } from '../../fixture/request-entry.js'

it.each([
  [null, 0],
  ['bytes=0-', 0],
  ['bytes=500-', 500],
  ['bytes=500-999', 500],
  ['Bytes = 7-', 7],
  ['bytes=-500', undefined],
  ['bytes=1-2,5-6', undefined],
  ['lines=5-', undefined],
])('requestedStart of the Range %j is %s', (range, start) => {
  expect(requestedStart({ range })).toBe(start)
  expect(isResume(requestEntry({ range }))).toBe((start ?? 0) > 0)
  expect(isResume(requestEntry({ range, method: 'HEAD' }))).toBe(false)
})

it.each([
  [200, null, 0],
  [206, 'bytes 500-999/1000', 500],
  [206, null, undefined],
  [206, 'nonsense', undefined],
  [416, 'bytes */1000', undefined],
  [null, null, undefined],
])('sentStart of status %s with Content-Range %j is %s', (status, contentRange, start) => {
  expect(sentStart(requestEntry({ status, contentRange }))).toBe(start)
})

it.each([
  [[], 'none'],
  [[1], '1'],
  [[1, 2, 3], '1, 2 and 3'],
])('listText of %j is "%s"', (values, text) => {
  expect(listText(values, 'none')).toBe(text)
})
