import { describe, expect, it } from 'vitest'
import { listingHead, listingTools } from '../../src/pages/listing-tools.js'
import { readListingView } from '../../src/pages/listing-view.js'

/** The queries that the forms of a page lead to, by the text of their buttons. */
function queriesOf(html: string): Record<string, string> {
  const forms = [...html.matchAll(/<form[^>]*>(.*?)<\/form>/gs)].map(([, form = '']) => {
    const fields = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)]
    const [, label = ''] = /<button[^>]*>(.*?)<\/button>/.exec(form) ?? []
    return [label, fields.map(([, name, value]) => `${name}=${value}`).join('&')] as const
  })
  return Object.fromEntries(forms)
}

describe('listingHead', () => {
  it.each([
    [
      '',
      {
        Name: 'sort=name&order=desc',
        Size: 'sort=size&order=desc',
        Modified: 'sort=date&order=desc',
      },
    ],
    [
      '?order=desc',
      {
        Name: 'sort=name&order=asc',
        Size: 'sort=size&order=desc',
        Modified: 'sort=date&order=desc',
      },
    ],
    [
      '?sort=size&order=desc&q=a+b&view=grid',
      {
        Name: 'q=a b&view=grid&sort=name&order=asc',
        Size: 'q=a b&view=grid&sort=size&order=asc',
        Modified: 'q=a b&view=grid&sort=date&order=desc',
      },
    ],
  ])('of %s sorts by each column, and reverses the current order', (query, want) => {
    expect(queriesOf(listingHead(readListingView(query)))).toEqual(want)
  })

  it.each([
    ['', 'ascending', 'Name'],
    ['?order=desc', 'descending', 'Name'],
    ['?sort=size', 'ascending', 'Size'],
    ['?sort=date&order=desc', 'descending', 'Modified'],
  ])('of %s has aria-sort="%s" on the column %s alone', (query, state, label) => {
    const cells = listingHead(readListingView(query)).match(/<th .*?<\/th>/g) ?? []
    const sorted = cells.filter((cell) => cell.includes('aria-sort'))
    expect(sorted).toHaveLength(1)
    expect(sorted[0]).toContain(`aria-sort="${state}"`)
    expect(sorted[0]).toContain(`>${label}</button>`)
  })
})

describe('listingTools', () => {
  it.each([
    ['', { Filter: 'q=', Grid: 'view=grid' }],
    [
      '?sort=size&q=%22%3E&view=grid',
      {
        Filter: 'sort=size&order=asc&view=grid&q=&#34;&#62;',
        List: 'sort=size&order=asc&q=&#34;&#62;&view=list',
      },
    ],
  ])('of %s keeps the rest of the query, escaped', (query, want) => {
    expect(queriesOf(listingTools(readListingView(query)))).toEqual(want)
  })
})

describe('The button that downloads a folder', () => {
  it('is a form that asks for ?zip of the whole folder, whatever the page shows', () => {
    const view = readListingView('?sort=size&q=a&view=grid')
    expect(queriesOf(listingTools(view, { archive: 'offered' }))['Download ZIP']).toBe('zip=')
  })

  it('is absent where archives are off', () => {
    expect(listingTools(readListingView(''))).not.toContain('ZIP')
  })
})
