import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPluginOptions } from '../../src/settings/plugin-options.js'

/** The files in which the peer reads its options. */
const READING = ['@fastify/static/index.js', '@fastify/send/lib/send.js']
/** Members of other objects than the options of a person. */
const NOT_AN_OPTION = ['path']

const read = READING.flatMap((file) =>
  [...readFileSync(`node_modules/${file}`, 'utf8').matchAll(/\b(?:opts|options)\.(\w+)/g)].map(
    ([, name = '']) => name,
  ),
)
const names = [...new Set(read)].filter((name) => !NOT_AN_OPTION.includes(name)).sort()

describe('An option that @fastify/static reads', () => {
  it('is found in its code', () => {
    expect(names).toEqual(expect.arrayContaining(['wildcard', 'maxage', 'highWaterMark']))
  })

  it.each(names.map((name) => [name]))(
    '%s is known, or refused with the option that replaces it',
    (name) => {
      const message = refusalOf({ root: 'media', [name]: Symbol('no value of any option') })
      // A known option is refused for its value; which one that must have is said.
      expect(message).toMatch(/expected |not supported: |did you mean /)
    },
  )
})

function refusalOf(options: object): string {
  try {
    readPluginOptions(options)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
