import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { targetSyntax } from '../../src/request/target-syntax.js'

const DEFAULTS = {
  ignoreDuplicateSlashes: false,
  useSemicolonDelimiter: false,
  ignoreTrailingSlash: false,
  caseSensitive: true,
  maxParamLength: 100,
}

it.each([
  [{}, {}],
  [{ ignoreDuplicateSlashes: true }, { ignoreDuplicateSlashes: true }],
  [{ useSemicolonDelimiter: true }, { useSemicolonDelimiter: true }],
  [{ ignoreTrailingSlash: true }, { ignoreTrailingSlash: true }],
  [{ caseSensitive: false }, { caseSensitive: false }],
  [{ maxParamLength: 200 }, { maxParamLength: 200 }],
])('targetSyntax reads the options %j of the router, in both places', (options, expected) => {
  for (const given of [options, { routerOptions: options }]) {
    const app = Fastify(given as FastifyServerOptions)
    expect(targetSyntax(app)).toEqual({ ...DEFAULTS, ...expected })
  }
})

it('targetSyntax reads a Fastify without routerOptions, as before 5.5', () => {
  const initialConfig = { ignoreDuplicateSlashes: true, maxParamLength: 100, caseSensitive: true }
  const app = { initialConfig } as unknown as FastifyInstance
  expect(targetSyntax(app)).toEqual({ ...DEFAULTS, ignoreDuplicateSlashes: true })
})
