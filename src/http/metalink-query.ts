import { isSignatureName } from './signed-query.js'

/** What a query must contain to request the Metalink document of a file. */
const NAME = 'metalink'

/** Whether a query requests the Metalink document of the file: `?metalink`. */
export function isMetalinkQuery(query: string): boolean {
  return query !== '' && new URLSearchParams(query).has(NAME)
}

/** The query of the document of the file that a request with this query is for. */
export function metalinkQuery(query: string): string {
  const own = encoded(query)
  return own.length > 1 ? `${own}&${NAME}` : `?${NAME}`
}

/** The query of the file that a document is of. */
export function describedQuery(query: string): string {
  return encoded(withParameters(query, (name) => name !== NAME))
}

/** The parameters of a signature alone. Others may be for this server and for no mirror. */
export function signatureOnly(query: string): string {
  return encoded(withParameters(query, isSignatureName))
}

/** The parameters whose names are kept, unchanged, with a question mark in front; empty without any. */
function withParameters(query: string, keeps: (name: string) => boolean): string {
  if (query === '') return ''
  const kept = query
    .slice(1)
    .split('&')
    .filter((parameter) => {
      const [name = ''] = new URLSearchParams(`?${parameter}`).keys()
      return keeps(name)
    })
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

/** A query as RFC 3986 §3.4 permits it: node:http accepts other bytes too, which would end a value of Link. */
function encoded(query: string): string {
  return query.replace(/[^!$%&'()*+,./0-9:;=?@A-Z_a-z~-]/gu, (character) => {
    // In HTTP/1.1 a character is a byte.
    const coding = character <= '\u{ff}' ? 'latin1' : 'utf8'
    return Buffer.from(character, coding).toString('hex').toUpperCase().replace(/../g, '%$&')
  })
}
