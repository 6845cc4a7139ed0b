import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { mayOpen, setGrant } from '../../src/request/access-grant.js'

it('mayOpen permits everything until a request has a grant', () => {
  const request = {} as FastifyRequest
  const reply = { request } as FastifyReply
  expect(mayOpen(reply, 'a')).toBe(true)
  setGrant(request, { permits: (key) => key === 'a' })
  expect(mayOpen(reply, 'a')).toBe(true)
  expect(mayOpen(reply, 'b')).toBe(false)
})
