import { resolveLocation } from '../../http/location.js'
import type { Exchange } from '../subject/exchange.js'

/** What a Metalink file (RFC 5854) says of one file. */
export interface MetalinkFile {
  readonly name: string
  /** Bytes; undefined if it isn't there. */
  readonly size: number | undefined
  /** The digests of the whole file in lower-case hexadecimal, by the name of the algorithm. */
  readonly hashes: ReadonlyMap<string, string>
}

const TYPE = 'application/metalink4+xml'

/** The URL of the Metalink file that a response links to (RFC 6249 §4.1); undefined if there is none. */
export function metalinkUrl({ lines, request }: Exchange): URL | undefined {
  const links = lines
    .filter(([name]) => name.toLowerCase() === 'link')
    .flatMap(([, value]) => [
      ...value.matchAll(/<([^>]*)>((?:\s*;\s*[\w!*'-]+(?:\s*=\s*(?:"[^"]*"|[^\s";,]+))?)*)/g),
    ])
  const found = links.find(([, , parameters = '']) => {
    const relations = parameterOf(parameters, 'rel')?.toLowerCase().split(/\s+/) ?? []
    return (
      relations.includes('describedby') && parameterOf(parameters, 'type')?.toLowerCase() === TYPE
    )
  })
  const url = found?.[1] === undefined ? undefined : resolveLocation(found[1], request.url)
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined
}

function parameterOf(parameters: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s";,]+))`, 'i').exec(parameters)
  return found?.[1] ?? found?.[2]
}

/** The files of a Metalink file. Digests of pieces are left out. */
export function parseMetalink(xml: string): readonly MetalinkFile[] {
  const text = xml.replace(/<!--[\s\S]*?-->/g, '').replace(/<pieces\b[\s\S]*?<\/pieces\s*>/g, '')
  return [...text.matchAll(/<file\b([^>]*)>([\s\S]*?)<\/file\s*>/g)].map(
    ([, attributes = '', content = '']) => {
      const size = /<size\s*>\s*(\d{1,15})\s*<\/size\s*>/.exec(content)?.[1]
      const hashes = [...content.matchAll(/<hash\b([^>]*)>\s*([0-9a-f]+)\s*<\/hash\s*>/gi)]
      return {
        name: attributeOf(attributes, 'name') ?? '',
        size: size === undefined ? undefined : Number(size),
        hashes: new Map(
          hashes.map(([, type = '', hex = '']) => [
            attributeOf(type, 'type') ?? '',
            hex.toLowerCase(),
          ]),
        ),
      }
    },
  )
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes)
  return found?.[1] ?? found?.[2]
}
