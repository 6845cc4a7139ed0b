import { fileLog } from '../../../src/stream-log/file/file-log.js'
import { streamLogContract } from '../../contract/stream-log.contract.js'
import { Folder } from '../../fixture/files.js'

streamLogContract('fileLog', async (limits) => {
  const folder = new Folder({})
  return {
    log: fileLog(folder.path, limits),
    other: fileLog(folder.path, limits),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
})
