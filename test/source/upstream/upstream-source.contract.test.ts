import { rmSync } from 'node:fs'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { byteSourceContract } from '../../contract/byte-source.contract.js'
import { serverWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

byteSourceContract('upstream-source', async () => {
  const folder = new Folder()
  const origin = await serverWith({ root: folder.path, dotfiles: 'ignore' })
  const source = upstreamSource({ origin: origin.url, retryFor: 2000, openFor: 500 })
  return {
    source,
    put: (key, content) => void folder.write(key, content),
    remove: (key) => rmSync(folder.at(key)),
    openHandles: () => origin.app.transfers.running.size,
    directories: 'redirects',
    async [Symbol.asyncDispose]() {
      await source.close?.()
      await origin[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
})
