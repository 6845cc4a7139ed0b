import { expect, it } from 'vitest'
import { ownProcess, processState } from '../../src/native/running-process.js'

const own = JSON.parse(ownProcess()) as object

it.each([
  ['own', {}],
  ['ended', { started: '1' }],
  ['ended', { pid: 2 ** 22 + 1 }],
  ['unknown', { scope: 'another machine' }],
  ['unknown', { started: undefined }],
])('processState is %s with %j', (state, other) => {
  expect(processState(JSON.stringify({ ...own, ...other }))).toBe(state)
})

it.each(['', 'x', 'null', '1', '[]'])('processState is unknown for the text %j', (text) => {
  expect(processState(text)).toBe('unknown')
})
