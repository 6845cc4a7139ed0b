import { describe, expect, it } from 'vitest'
import { logAccess } from '../../src/observe/access-log.js'
import { observeResponses } from '../../src/observe/response-observer.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { until } from '../fixture/until.js'

describe('logAccess', () => {
  it.each([
    ['combined', /^127\.0\.0\.1 - - \[.*\] "GET \/f HTTP\/1\.1" 200 5 "-" "\S*"\n$/],
    ['json', /^\{"time":.*"address":"127\.0\.0\.1".*"status":200,"bytes":5,.*"worker":3\}\n$/],
  ] as const)('writes a line of %s for a response', async (format, line) => {
    using folder = new Folder({ f: 'hello' })
    const lines: string[] = []
    await using server = await serverWith({ root: folder.path }, {}, (app) => {
      logAccess(observeResponses(app), { write: (each) => void lines.push(each) }, format, 3)
    })
    await (await fetch(`${server.url}/f`)).text()
    await until(() => lines.length > 0)
    expect(lines).toEqual([expect.stringMatching(line)])
  })
})
