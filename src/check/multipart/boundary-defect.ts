const TOKEN = String.raw`[\w!#$%&'*+.^\x60|~-]+`
const PARAMETER = new RegExp(
  String.raw`^[ \t]*;[ \t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\]|\\.)*)"))?[ \t]*`,
)
/** RFC 2046 §5.1.1: 1 to 70 characters, of which the last is no space. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/

/**
 * What is wrong with the Content-Type of a multipart response (RFC 9110 §8.3.1, §14.6); undefined if it is
 * `multipart/byteranges` with a boundary.
 */
export function boundaryDefect(contentType: string): string | undefined {
  const [type = ''] = /^[^;]*/.exec(contentType) ?? []
  if (type.trim().toLowerCase() !== 'multipart/byteranges') return `the type ${type.trim()}`
  const boundaries: string[] = []
  for (let rest = contentType.slice(type.length); rest !== ''; ) {
    const [found = '', name, token, quoted] = PARAMETER.exec(rest) ?? []
    if (found === '') return `a malformed parameter of Content-Type: ${rest.trim()}`
    if (name?.toLowerCase() === 'boundary') {
      boundaries.push(token ?? quoted?.replace(/\\(.)/g, '$1') ?? '')
    }
    rest = rest.slice(found.length)
  }
  const [boundary, ...others] = boundaries
  if (boundary === undefined) return 'no parameter boundary in Content-Type'
  if (others.length > 0) return 'two parameters boundary in Content-Type'
  return BOUNDARY.test(boundary) ? undefined : `the boundary "${boundary}"`
}
