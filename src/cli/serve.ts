import { LastbyteError } from '../errors.js'
import { fileSource } from '../source/file/file-source.js'
import { isBucket, openBucket } from './open-bucket.js'
import type { Environment } from './settings/environment.js'
import { startServer } from './start-server.js'

/** Serves a folder or a bucket until a signal stops it. @throws LastbyteError BAD_SETTING */
export async function serve(environment: Environment): Promise<void> {
  const { MEDIA_ROOT } = environment
  const source = isBucket(MEDIA_ROOT)
    ? await openBucket(MEDIA_ROOT, environment)
    : openRoot(environment)
  await startServer(environment, { source })
}

function openRoot({ MEDIA_ROOT, DOTFILES }: Environment) {
  try {
    return fileSource({ roots: [MEDIA_ROOT], dotfiles: DOTFILES })
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^root: /, '') : String(error)
    throw new LastbyteError('BAD_SETTING', `MEDIA_ROOT: ${why}`, { setting: 'MEDIA_ROOT' })
  }
}
