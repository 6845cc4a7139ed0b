import { describe, expect, it } from 'vitest'
import { fieldsOf, withField, withoutLastLineEnd } from '../../src/fault/event-fields.js'

const edit = (text: string, value: string | undefined) =>
  withField(Buffer.from(text), 'id', value).toString()

describe('the fields of an event', () => {
  it.each([
    ['id: 7\ndata: x\n\n', ['id', 'data'], '7'],
    ['id:7\r\ndata\r\n\r\n', ['id', 'data'], '7'],
    ['id:  7\rdata:x\r\r', ['id', 'data'], ' 7'],
    ['id\n: comment\n\n', ['id', ''], ''],
    ['id: a:b\n\n', ['id'], 'a:b'],
    ['id: é\n\n', ['id'], 'é'],
  ])('of %j are %j, with the id %j', (text, names, id) => {
    const fields = fieldsOf(Buffer.from(text))
    expect(fields.map(({ name }) => name)).toEqual(names)
    expect(fields[0]?.value).toBe(id)
  })
})

describe('an event with another field', () => {
  it.each([
    ['id: 7\ndata: x\n\n', 'b', 'id: b\ndata: x\n\n'],
    ['id: 7\r\ndata: x\r\n\r\n', 'b', 'id: b\r\ndata: x\r\n\r\n'],
    ['id: 7\rdata: x\r\r', 'b', 'id: b\rdata: x\r\r'],
    ['id: 7\ndata: x\nid: 8\n\n', 'b', 'data: x\nid: b\n\n'],
    ['data: x\n\n', 'b', 'data: x\nid: b\n\n'],
    ['data: x\r\n\r\n', 'b', 'data: x\r\nid: b\r\n\r\n'],
    ['id: 7\ndata: x\n\n', undefined, 'data: x\n\n'],
    ['data: x\n\n', undefined, 'data: x\n\n'],
    ['\n', 'b', '\n'],
    ['data: x\rid: 7\r\n\n', undefined, 'data: x\r\n\n'],
    ['data: x\rid: 7\nid: 8\r\n\n', undefined, 'data: x\r\n\n'],
  ])('of %j with the id %j is %j', (text, id, expected) => {
    expect(edit(text, id)).toBe(expected)
  })
})

it.each([
  ['data: x\n\n', 'data: x\n'],
  ['data: x\r\n\r\n', 'data: x\r\n'],
  ['data: x\r\r', 'data: x\r'],
  ['{}\n', '{}'],
  ['{}\r\n', '{}'],
])('%j without the line end that completes it is %j', (text, expected) => {
  expect(withoutLastLineEnd(Buffer.from(text)).toString()).toBe(expected)
})
