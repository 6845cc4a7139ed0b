import { utimesSync } from 'node:fs'
import tap from 'tap'
import { DOCUMENTED_SERVERS } from '../fixture/documented-servers.js'
import { Folder, pattern } from '../fixture/files.js'
import { needs, run } from '../fixture/process.js'
import { ThirdPartyServer } from '../fixture/third-party-servers.js'

const DAY = 86_400_000

for (const server of DOCUMENTED_SERVERS) {
  const programs = server.command === process.execPath ? [] : [server.command, 'openssl']
  tap.test(
    `${server.name} with the documented configuration fails only what the page says`,
    needs(...programs),
    async (t) => {
      using files = new Folder({ 'film.mp4': pattern(200_000) })
      const yesterday = new Date(Date.now() - DAY)
      utimesSync(files.at('film.mp4'), yesterday, yesterday)
      await using running = await ThirdPartyServer.start(server, files.path)
      const url = `${running.url}/film.mp4`
      const { stdout } = await run(process.execPath, ['dist/cli/main.js', 'check', url, '--json'])
      const { failed, advice, level } = JSON.parse(stdout)
      t.same(failed, server.stays)
      t.same(advice, [])
      t.equal(level, 'proves')
    },
  )
}
