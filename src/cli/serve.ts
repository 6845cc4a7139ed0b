import { LastbyteError } from '../errors.js'
import { fileSource } from '../source/file-source.js'
import type { Environment } from './environment.js'
import { start } from './start.js'

/** Serves a folder until a signal stops it. @throws LastbyteError BAD_SETTING where it can't start */
export async function serve(environment: Environment): Promise<void> {
  await start(environment, { source: openRoot(environment) })
}

function openRoot({ MEDIA_ROOT, DOTFILES }: Environment) {
  try {
    return fileSource({ roots: [MEDIA_ROOT], dotfiles: DOTFILES })
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^root: /, '') : String(error)
    throw new LastbyteError('BAD_SETTING', `MEDIA_ROOT: ${why}`, { setting: 'MEDIA_ROOT' })
  }
}
