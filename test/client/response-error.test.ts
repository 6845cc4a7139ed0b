import { expect, it } from 'vitest'
import { refusedResponse, transientResponse } from '../../src/client/response-error.js'
import { headOf } from '../fixture/bodies.js'

it('a refused response is REFUSED, with its status and the reason', () => {
  expect(refusedResponse(headOf(206), 'a 206 with Content-Range (none)')).toMatchObject({
    code: 'REFUSED',
    message: 'Cannot download: the server responded with a 206 with Content-Range (none)',
    facts: { status: 206 },
  })
})

it('a transient response is ANSWER_BROKEN, with its status and the time of Retry-After', () => {
  expect(transientResponse(headOf(503), 7000)).toMatchObject({
    code: 'ANSWER_BROKEN',
    message: 'The server responded with status 503',
    facts: { status: 503, after: 7000 },
  })
})
