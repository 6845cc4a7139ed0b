import { expect, it } from 'vitest'
import { PROBLEM_TYPE, problem } from '../../src/http/problem.js'

it.each([
  { section: '4.2.1', status: 404, detail: undefined, title: 'Not Found' },
  { section: '4.2.1', status: 416, detail: 'None overlaps.', title: 'Range Not Satisfiable' },
  { section: '4.2.1', status: 412, detail: '', title: 'Precondition Failed' },
  { section: '4.2.1', status: 599, detail: 'Of no registry.', title: 'Error' },
])('problem of $status is titled $title (RFC 9457 §$section)', ({ status, detail, title }) => {
  const members = { type: 'about:blank', title, status }
  const want = detail === undefined ? members : { ...members, detail }
  expect(problem(status, detail)).toStrictEqual(want)
})

it('has the media type of RFC 9457 §6.1', () => {
  expect(PROBLEM_TYPE).toBe('application/problem+json')
})
