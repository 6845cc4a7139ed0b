import { expect, it } from 'vitest'
import {
  beginNotes,
  noteRoute,
  notesOf,
  noteTransfer,
  type RouteKind,
} from '../../src/observe/response-notes.js'

function noted(route: RouteKind): object {
  const response = {}
  const none = { transfer: undefined, request: undefined, address: undefined }
  beginNotes(response, { date: 0, began: 0, route, ...none })
  return response
}

it('A response has the last kind that was noted', () => {
  const response = noted('other')
  noteRoute(response, 'file')
  noteRoute(response, 'listing')
  expect(notesOf(response)?.route).toBe('listing')
})

it.each(['page', 'admin'] as const)('The response of a route for the %s keeps its kind', (kind) => {
  const response = noted(kind)
  noteRoute(response, 'stream')
  expect(notesOf(response)?.route).toBe(kind)
})

it('A response has its last transfer', () => {
  const response = noted('file')
  const transfer = { whenSettled() {} }
  noteTransfer(response, transfer)
  expect(notesOf(response)?.transfer).toBe(transfer)
})

it('Nothing is noted of a response that nobody observes', () => {
  const response = {}
  noteRoute(response, 'file')
  noteTransfer(response, { whenSettled() {} })
  expect(notesOf(response)).toBeUndefined()
  expect(response).toEqual({})
})
