import type { ByteSource } from '../byte-source.js'
import { type FileSourceOptions, fileSource } from '../file/file-source.js'
import { liveSource } from './live-source.js'

/** A source of files, some of which may be live. */
export interface FolderSourceOptions extends FileSourceOptions {
  /** undefined: no file is live. */
  readonly live?:
    | { readonly markers: readonly string[]; readonly state: string | undefined }
    | undefined
}

/** The files of one or more folders. @throws LastbyteError BAD_SETTING if a root cannot be read */
export function folderSource({ live, ...options }: FolderSourceOptions): ByteSource {
  const files = fileSource(options)
  return live === undefined ? files : liveSource(files, { ...options, ...live, onMemory: warn })
}

function warn(folder: string): void {
  process.emitWarning(
    `live: can't write to ${JSON.stringify(folder)}, so a client starts a live file anew after a restart of the ` +
      'server; set "state" (--live-state) to a folder that can be written',
  )
}
