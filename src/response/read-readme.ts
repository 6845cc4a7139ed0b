import { type ByteSource, closeOpened } from '../source/byte-source.js'
import type { Representation } from '../source/representation.js'

/** bytes: a longer text is not shown. */
const MAX_README = 256 * 1024

/** Opens a file for a client; undefined where the client may not have it, or it is gone. */
export type OpenFile = (key: string) => Promise<
  | {
      readonly representation: Pick<Representation, 'facts' | 'close'>
      read(size: number): AsyncIterable<Uint8Array>
    }
  | undefined
>

/** Opens the files of a source that a client may have. */
export function fileOpener(
  source: Pick<ByteSource, 'open'>,
  signal: AbortSignal,
  isAllowed: (key: string) => boolean,
): OpenFile {
  return async (key) => {
    if (!isAllowed(key)) return undefined
    const opened = await source.open(key, { method: 'GET' }, signal)
    if (opened.kind === 'representation') {
      const { representation } = opened
      return {
        representation,
        read: (size) => representation.read({ start: 0, end: size }, signal),
      }
    }
    await closeOpened(opened)
    return undefined
  }
}

/** The text of a folder, unescaped. */
export interface Readme {
  readonly name: string
  readonly text: string
}

/** Reads README.md of a folder; undefined if there is none that can be shown. @throws as `openFile` and its read */
export async function readReadme(
  entries: readonly { readonly name: string; readonly kind: string; readonly size: number }[],
  folder: string,
  openFile: OpenFile,
): Promise<Readme | undefined> {
  const found = entries.filter(({ name, kind, size }) => {
    return kind === 'file' && size <= MAX_README && /^readme\.(?:md|markdown)$/i.test(name)
  })
  const name = found.find((entry) => entry.name === 'README.md')?.name ?? found[0]?.name
  if (name === undefined) return undefined
  const opened = await openFile(folder + name)
  if (opened === undefined) return undefined
  const { representation, read } = opened
  try {
    const { size } = representation.facts
    if (size > MAX_README) return undefined
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of read(size)) text += decoder.decode(chunk, { stream: true })
    return { name, text: text + decoder.decode() }
  } finally {
    await representation.close()
  }
}
