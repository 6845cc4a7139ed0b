import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { links } from '../fixture/markdown.js'

const FOLDER = 'docs/guides'
const guides = readdirSync(FOLDER).filter((name) => name !== 'README.md')

describe('The guides', () => {
  it('are listed in the index, and it is linked from the README', () => {
    const listed = links(`${FOLDER}/README.md`).filter((target) => guides.includes(target))
    expect([...new Set(listed)].sort()).toEqual([...guides].sort())
    expect(links('README.md')).toContain('docs/guides/README.md')
  })

  it.each(guides.map((guide) => [guide]))(
    '%s says what one gets and needs, what to do if it fails, and how to undo it',
    (guide) => {
      const text = readFileSync(`${FOLDER}/${guide}`, 'utf8')
      expect(text).toMatch(/^\*\*You get\*\* /m)
      expect(text).toMatch(/^\*\*You need\*\* /m)
      expect(text).toMatch(/^## 1\. /m)
      expect(text).toMatch(/^## If it doesn't work$/m)
      expect(text).toMatch(/^## Undo$/m)
    },
  )

  it.each(guides.map((guide) => [guide]))('the commands of %s are run by a journey', (guide) => {
    const journeys = readdirSync('test/journey').filter((name) => name.endsWith('.tap.ts'))
    const running = journeys.filter((name) => {
      const text = readFileSync(`test/journey/${name}`, 'utf8')
      return text.includes(`docs/guides/${guide}`)
    })
    expect(running).not.toEqual([])
  })
})
