import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_CHECKS } from '../../src/check/all-checks.js'
import { type Check, GROUPS } from '../../src/check/subject/check-definition.js'

const FOLDER = 'docs/checks'
/** Pages that are not those of a group. */
const OTHER_PAGES = ['README', 'configurations']
const SERVERS = ['nginx', 'Apache httpd', 'Caddy', 'S3 + CloudFront', 'Fastify', 'Express']
/** The section of a page with the fixes that its checks share. */
const FIXES = 'Fixes on this page'

const rows = ALL_CHECKS.map((check) => [check.id, check] as const)

describe('The pages of the checks', () => {
  it('are one for each group of checks, the index, and the configurations', () => {
    const names = readdirSync(FOLDER).map((file) => file.replace(/\.md$/, ''))
    expect(names.sort()).toEqual([...GROUPS, ...OTHER_PAGES].sort())
  })

  it.each(GROUPS.map((group) => [group]))(
    'have one section for each check of group %s, and no other',
    (group) => {
      const ids = ALL_CHECKS.filter((check) => check.group === group).map(({ id }) => id)
      const headings = sectionsOf(textOf(group), 2).map(({ heading }) => heading)
      expect(headings.sort()).toEqual([...ids, FIXES].sort())
    },
  )

  it.each(rows)(
    'tell of %s the strength, the section of the RFC and the level of the code',
    (_, check) => {
      expect(section(check).split('\n', 3).join('\n').trim()).toBe(factsOf(check))
    },
  )

  it.each(rows)(
    'tell of %s when it fails, who suffers, and how to reproduce it with curl',
    (_, check) => {
      const text = section(check)
      expect(text).toMatch(/^- \*\*Fails when\*\* /m)
      expect(text).toMatch(/^- \*\*Who suffers:\*\* /m)
      expect(text).toMatch(/^- \*\*Reproduce:\*\* .*\bcurl /m)
    },
  )

  it.each(rows)('tell of %s how to fix it on each of the servers', (_, check) => {
    const fix = /^- \*\*Fix:\*\* [\s\S]*?(?=\n- |\n\n|$)/m.exec(section(check))?.[0] ?? ''
    const named = [fix, ...linkedFrom(fix, check.group)].flatMap(serversIn)
    expect(SERVERS.filter((server) => !named.includes(server))).toEqual([])
  })

  it.each(rows)('list %s in the index with its strength and level', (_, check) => {
    const { id, group, strength, level = '' } = check
    const row = [`[${id}](${group}.md#${id})`, strength, level].join(' | ')
    expect(textOf('README')).toContain(`\n| ${row} | `)
  })

  it('list no other check in the index', () => {
    const listed = [...textOf('README').matchAll(/^\| \[[^\]]*\]\(\w+\.md#([^)]*)\)/gm)]
    expect(listed.map(([, id]) => id)).toEqual(ALL_CHECKS.map(({ id }) => id))
  })
})

interface Section {
  readonly heading: string
  readonly text: string
}

function textOf(page: string): string {
  return readFileSync(`${FOLDER}/${page}.md`, 'utf8')
}

/** The sections of a level of headings, each with those below it. */
function sectionsOf(page: string, level: number): Section[] {
  const mark = '#'.repeat(level)
  const parts = page.replace(/^```.*?^```$/gms, '').split(new RegExp(`^${mark} `, 'm'))
  return parts.slice(1).map((part) => {
    const [heading = '', ...lines] = part.split('\n')
    return { heading, text: lines.join('\n') }
  })
}

function section({ id, group }: Check): string {
  return sectionsOf(textOf(group), 2).find(({ heading }) => heading === id)?.text ?? ''
}

/** Such as `**MUST** · [RFC 9110 §14.2](https://www.rfc-editor.org/…) · level *safe*`. */
function factsOf({ strength, section: reference, level }: Check): string {
  const parts = [`**${strength}**`, linksTo(reference)]
  return [...parts, ...(level === undefined ? [] : [`level *${level}*`])].join(' · ')
}

/** Links to `RFC 9110 §13.1.1, §8.8.3`; a section without a document is of the one before it. */
function linksTo(reference: string): string {
  let document = ''
  const links = reference.split(/, (?=RFC|§)/).map((part) => {
    const [, named = '', number] = /^(.*?) ?(?:§([\w.]+))?$/.exec(part) ?? []
    document = named || document
    const url = urlOf(document)
    if (url === undefined) return part
    return `[${part}](${url}${number === undefined ? '' : `#section-${number}`})`
  })
  return links.join(', ')
}

/** undefined: the document is not free. */
function urlOf(document: string): string | undefined {
  const [, number] = /^RFC (\d+)$/.exec(document) ?? []
  if (number !== undefined) return `https://www.rfc-editor.org/rfc/rfc${number}.html`
  if (/^draft-/.test(document)) return `https://datatracker.ietf.org/doc/html/${document}`
  return document.startsWith('Fetch Standard')
    ? 'https://fetch.spec.whatwg.org/#http-cors-protocol'
    : undefined
}

/** The sections below "Fixes on this page", here or on another page, to which a text links. */
function linkedFrom(text: string, group: string): string[] {
  return [...text.matchAll(/\]\((?:(\w+)\.md)?#([^)]*)\)/g)].flatMap(([, page, anchor]) =>
    sectionsOf(textOf(page ?? group), 3)
      .filter(({ heading }) => anchorOf(heading) === anchor)
      .map(({ text }) => text),
  )
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z\d\- ]/g, '')
    .replaceAll(' ', '-')
}

function serversIn(text: string): string[] {
  return SERVERS.filter((server) => text.includes(`- **${server}:**`))
}
